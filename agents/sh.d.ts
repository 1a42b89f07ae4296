/** Agents are shell scripts, put into the executable as text. */
declare module "*.sh" {
  const text: string;
  export default text;
}
