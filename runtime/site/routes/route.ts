import type { Answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";

export interface RouteParams {
  /** Decoded. */
  database: string;
  /** Decoded: a table, a view or a configured query. */
  table: string;
  /** The same as it was sent, encoded. */
  tablePath: string;
  /** The primary key as it was sent, encoded. */
  rowPath: string;
}

export interface Route {
  path: RegExp;
  /** Otherwise only GET and HEAD get this far. */
  answersAllMethods?: boolean;
  /** Its paths are of files, not tilde-encoded names: what is not there has no other spelling. */
  servesFiles?: boolean;
  /** It is the same whatever version is asked for with `_at`. */
  isTimeless?: boolean;
  /** Whether the answer is the same as long as the published version is. Otherwise it may change. */
  isStable?(context: PageContext, params: RouteParams): boolean;
  /** @throws HttpError */
  answer(context: PageContext, params: RouteParams): Promise<Answer>;
}
