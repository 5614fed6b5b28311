/** What services that speak AWS's JSON protocols do alike with a request's body. */
import { z } from "zod";
import { AwsFault } from "./service.ts";

/** The body; nothing is an empty object. Throws an AwsFault for what is no JSON. */
export function parseJsonBody(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new AwsFault("SerializationException", "The request is not JSON.");
  }
}

/**
 * Makes operations that validate their input; what the schema does not name is refused, with the fault that the
 * service has for it. `Scope` is what operations work with.
 */
export function validatedOperations<Scope, Output = object>(fault: string) {
  return <S extends z.ZodType>(
    schema: S,
    handle: (input: z.output<S>, scope: Scope) => Output,
  ): ((input: unknown, scope: Scope) => Output) => {
    return (input, scope) => {
      const parsed = schema.safeParse(input);
      if (parsed.success) return handle(parsed.data, scope);
      throw new AwsFault(fault, z.prettifyError(parsed.error));
    };
  };
}
