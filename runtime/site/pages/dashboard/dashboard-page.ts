/** Dashboards: charts, numbers, tables and texts that the configuration puts on one page. */
import { clock } from "../../../core/clock.ts";
import type { DashboardConfig } from "../../../core/config/dashboard-types.ts";
import { forbidden, HttpError, notFound } from "../../errors.ts";
import { openDatabase, type PageContext } from "../context.ts";
import type { DashboardPage, PartPage } from "./dashboard-page-type.ts";
import { type Chosen, dashboardPart } from "./dashboard-part.ts";

/** All parts together take no longer than so many queries may; later ones say so. */
const MOST_TIME = 5;

/**
 * Parts of tables and queries that the visitor may not see are left out, as they are from lists.
 * @throws HttpError 403, 404
 */
export async function dashboardPage(
  context: PageContext,
  databaseName: string,
  name: string,
): Promise<DashboardPage> {
  const { visitor, config, links } = context;
  if (!visitor.mayViewDashboard(databaseName, name)) {
    throw forbidden("You do not have permission to view this dashboard");
  }
  const open = await openDatabase(context, databaseName);
  const dashboard = open.config.dashboards.get(name);
  if (dashboard === undefined) throw notFound("Dashboard not found");
  const parameters = chosenParameters(context, dashboard);
  const chosen = new Map(parameters.map((each) => [each.name, each.value]));
  const limit = config.settings.sql_time_limit_ms;
  const end = clock() + MOST_TIME * limit;
  const parts: PartPage[] = [];
  for (const part of dashboard.parts) {
    const left = Math.min(limit, end - clock());
    const compute = (of: Chosen) => dashboardPart(context, open, part, of, left);
    const { title, width } = part;
    const made =
      left > 0 || part.kind === "text"
        ? attempt(() => compute(chosen))
        : failure("The parts before it took all the time there is.");
    if (made === null) continue;
    parts.push("content" in made ? made : { title, width, href: null, content: made.failure });
  }
  return {
    database: databaseName,
    name,
    title: dashboard.title ?? name,
    description: dashboard.description,
    action: links.dashboard(databaseName, name),
    parameters,
    parts,
  };
}

/** Values of the address; what is not one of the options is as if nothing had been chosen. */
function chosenParameters(
  { request }: PageContext,
  { parameters }: DashboardConfig,
): DashboardPage["parameters"] {
  return parameters.map(({ name, label, default: usual, options }) => {
    const given = request.args.get(name) ?? usual;
    const isKnown = options === null || given === "" || options.includes(given);
    return { name, label, options, value: isKnown ? given : usual };
  });
}

type Failure = { failure: Extract<PartPage["content"], { kind: "failure" }> };

function failure(message: string): Failure {
  return { failure: { kind: "failure", message } };
}

/** null for what the visitor may not see, or what is not there. */
function attempt(make: () => PartPage): PartPage | Failure | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (error.status === 403 || error.status === 404) return null;
    if (error.status !== 400) throw error;
    return failure(error.message);
  }
}
