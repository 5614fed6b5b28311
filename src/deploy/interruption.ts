/**
 * What a deployment that is interrupted leaves behind, and what to do: arguments of
 * `Reporter.ifInterrupted`. What another process may have done meanwhile is said with "may".
 */
type Aftermath = [state: string, next: string];

/** While CloudFormation works. `doing`: creating, updating, deleting, rolling back. */
export function stillAtIt(doing: string, stackName: string): Aftermath {
  return [
    `CloudFormation may still be ${doing} stack ${stackName}; it does not stop with dsl.`,
    "the same command again: it waits for CloudFormation and then goes on",
  ];
}

/** While blocks and the manifest are sent. */
export function halfPublished(version: number): Aftermath {
  return [
    `Version ${version} may not be published: until it is, the site stays as it was.`,
    "the same command again: what was uploaded is kept",
  ];
}

/** After that, while the function's code is sent. */
export function unfinished(version: number): Aftermath {
  return [
    `Version ${version} is in the bucket, but its function is not deployed.`,
    "the same command again: it goes on from there",
  ];
}

/** While the last events are loaded of a site that takes no more. */
export function stillLoading(site: string): Aftermath {
  return [
    `${site} takes no more events; those that wait are still being loaded, and nothing of them is lost.`,
    "the same command again: it waits for them and then goes on",
  ];
}

/** Once both stacks are up to date. */
export function unverified(version: number): Aftermath {
  return [
    `Version ${version} is deployed; whether the site serves it was not checked to the end.`,
    "the same command again",
  ];
}
