/** The questions of `dsl init`. */
import { askChoice, askText } from "../terminal/questions.ts";

interface Answers {
  name: string;
  databases: string[];
  options: Record<string, unknown>;
}

const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Values are options of the site that are switched on; "" is none. */
const READERS = [
  { value: "", label: "everybody" },
  { value: "password", label: "those who know its password (update-stack --password asks for it)" },
  {
    value: "default-deny",
    label: "nobody, before the configuration allows it (default-deny)",
  },
];

/** Nobody answers where there is no terminal, or where a program reads the answers. */
export function mayAsk({ json, quiet }: Readonly<Record<string, unknown>>): boolean {
  const isDumb = process.env.TERM === "dumb" || Boolean(process.env.CI);
  return !json && !quiet && !isDumb && process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for what was not given; `found` has what would be taken otherwise. */
export async function askAboutSite(
  found: Answers,
  given: { name?: string; databases?: string[]; options: Record<string, unknown> },
): Promise<Answers> {
  const { options } = given;
  const databases =
    given.databases ??
    (await askText("Databases, with commas between", found.databases.join(", "), () => null))
      .split(",")
      .map((path) => path.trim())
      .filter((path) => path !== "");
  const name = given.name ?? (await askText("Name of the site", found.name, wrongName));
  const region =
    options.region ??
    (await askText("AWS region", process.env.AWS_REGION ?? "", (text) =>
      text === "" || /^[a-z]{2}(-[a-z]+)+-\d$/.test(text)
        ? null
        : "A region such as eu-central-1; empty for AWS_REGION or the profile's",
    ));
  const isSaid = options["default-deny"] !== undefined || options.password !== undefined;
  const readers = isSaid ? "" : await askChoice("Who may read it?", READERS);
  return {
    name,
    databases,
    options: {
      ...(region === "" ? {} : { region }),
      ...(readers === "" ? {} : { [readers]: true }),
      ...options,
    },
  };
}

function wrongName(text: string): string | null {
  return NAME.test(text) ? null : "A letter first, then letters, digits and hyphens";
}
