export {
  fittingSchema,
  type SchemaFault,
  SchemaValidator,
  schemaNumber,
  validateCib,
  validateShared,
} from "./validate.ts";
