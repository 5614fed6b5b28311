/** The stacks that a site may have. To add one: a role here, and its template in templates/. */

/** What a stack is for. */
export const ROLES = ["bucket", "service", "inbox", "collect", "follow", "edge", "domain"] as const;
export type Role = (typeof ROLES)[number];

interface StackKind {
  /** What comes after the site's name in the stack's name. */
  suffix: string;
  /** In templates/. */
  template: string;
  /** The one region where this stack can be; null: the site's own. */
  region: string | null;
}

/** Where a role stands in ROLES is its turn: what it refers to comes before it. */
export const STACK_KINDS: Record<Role, StackKind> = {
  bucket: { suffix: "", template: "bucket.yaml", region: null },
  service: { suffix: "-service", template: "service.yaml", region: null },
  inbox: { suffix: "-inbox", template: "inbox.yaml", region: null },
  collect: { suffix: "-collect", template: "collect.yaml", region: null },
  edge: { suffix: "-edge", template: "edge.yaml", region: null },
  follow: { suffix: "-follow", template: "follow.yaml", region: null },
  domain: { suffix: "-domain", template: "domain.yaml", region: null },
};

/** One stack of one site. */
export interface Identity {
  site: string;
  role: Role;
}
