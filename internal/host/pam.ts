import { dlopen, FFIType, JSCallback, type Pointer, ptr, toArrayBuffer } from "bun:ffi";

const PAM_SUCCESS = 0;
const PAM_BUF_ERR = 5;
const PAM_CONV_ERR = 19;
const PAM_PROMPT_ECHO_OFF = 1;
const PAM_PROMPT_ECHO_ON = 2;
const PAM_SILENT = 0x8000;

/**
 * Checks a password by PAM. Blocks for seconds on a wrong one (PAM means to), so it is called in a
 * short-lived process of its own. Throws when libpam is not there.
 */
export function checkPassword(service: string, user: string, password: string): boolean {
  const { i32, ptr: pointer, u64 } = FFIType;
  const pam = dlopen("libpam.so.0", {
    pam_start: { args: [pointer, pointer, pointer, pointer], returns: i32 },
    pam_authenticate: { args: [pointer, i32], returns: i32 },
    pam_acct_mgmt: { args: [pointer, i32], returns: i32 },
    pam_end: { args: [pointer, i32], returns: i32 },
  });
  const libc = dlopen("libc.so.6", {
    calloc: { args: [u64, u64], returns: pointer },
    strdup: { args: [pointer], returns: pointer },
  });
  const secret = Buffer.from(`${password}\0`);

  // int conversation(int count, const struct pam_message **, struct pam_response **, void *)
  const conversation = new JSCallback(
    (count: number, messages: Pointer, responses: Pointer) => {
      if (count < 1 || count > 32) return PAM_CONV_ERR;
      // struct pam_response { char *text; int code; }, freed by PAM: so it must be malloc's.
      const answers = libc.symbols.calloc(count, 16);
      if (answers === null) return PAM_BUF_ERR;
      const list = new BigUint64Array(toArrayBuffer(messages, 0, count * 8));
      const out = new BigUint64Array(toArrayBuffer(answers, 0, count * 16));
      for (let i = 0; i < count; i++) {
        const style = new Int32Array(toArrayBuffer(Number(list[i]!) as Pointer, 0, 4))[0];
        if (style !== PAM_PROMPT_ECHO_OFF && style !== PAM_PROMPT_ECHO_ON) continue;
        out[i * 2] = BigInt(libc.symbols.strdup(ptr(secret)) ?? 0);
      }
      new BigUint64Array(toArrayBuffer(responses, 0, 8))[0] = BigInt(answers);
      return PAM_SUCCESS;
    },
    { args: [i32, pointer, pointer, pointer], returns: i32 },
  );
  const handlers = new BigUint64Array([BigInt(conversation.ptr ?? 0), 0n]);
  const handle = new BigUint64Array(1);
  const text = (value: string) => Buffer.from(`${value}\0`);
  const [serviceText, userText] = [text(service), text(user)];
  let code = pam.symbols.pam_start(ptr(serviceText), ptr(userText), ptr(handlers), ptr(handle));
  if (code !== PAM_SUCCESS) return false;
  const session = Number(handle[0]) as Pointer;
  code = pam.symbols.pam_authenticate(session, PAM_SILENT);
  if (code === PAM_SUCCESS) code = pam.symbols.pam_acct_mgmt(session, PAM_SILENT);
  pam.symbols.pam_end(session, code);
  secret.fill(0);
  conversation.close();
  return code === PAM_SUCCESS;
}
