/** Statements of a policy, and what they are about. Pure. */

export interface PolicyScope {
  site: string;
  /** Also of the site's previews, whose names begin with that of the site (`--preview`). */
  previews: boolean;
  /** aws, aws-cn, aws-us-gov */
  partition: string;
  region: string;
  account: string;
}

export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: { StringEquals: Record<string, string> };
}

export function allow(Sid: string, Action: string[], Resource: string[]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
}

/** ARNs of buckets name no account: somebody else may have one that is called so. */
export function own({ account }: PolicyScope, statement: Statement): Statement {
  if (account === "*") return statement;
  return { ...statement, Condition: { StringEquals: { "aws:ResourceAccount": account } } };
}
