/** Values, and what an expression can refer to. */
import type { JsonObject } from "./expression.ts";

/** Stands for a value that only the deployment will tell, such as the id of a resource to be made. */
export const UNKNOWN = Symbol("known after deployment");

export type Value =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN
  | Value[]
  | { [key: string]: Value };

/** What a resource of the stack offers to Ref and Fn::GetAtt. */
export interface ResourceValues {
  ref: Value;
  /** Undefined for an attribute that the type does not have. */
  attribute(name: string): Value | undefined;
}

/** Everything that a template's functions can refer to. */
export interface Scope {
  /** `AWS::Region` and the like, except `AWS::NoValue`. */
  pseudoParameters: Record<string, string | string[]>;
  parameters: Record<string, string | string[]>;
  mappings: JsonObject;
  conditions: JsonObject;
  /** Undefined for a resource that is not part of the stack. */
  resource(logicalId: string): ResourceValues | undefined;
  /** Undefined when no stack exports the name. */
  importValue(name: string): string | undefined;
}
