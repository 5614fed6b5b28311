import packageJson from "../../package.json" with { type: "json" };

/** The version of dsl that answers. */
export const SOFTWARE: string = packageJson.version;
