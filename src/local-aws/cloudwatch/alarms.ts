/** Alarms and dashboards as they were made. Nothing is measured here: an alarm has the state that it was set to. */
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

export interface Alarm {
  name: string;
  arn: string;
  region: string;
  description: string;
  state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  reason: string;
  actions: string[];
  threshold: number;
  /** Which creation made it; see ResourceRequest.token. */
  token: string;
}

export interface Dashboard {
  name: string;
  body: string;
  token: string;
}

interface State {
  alarms: Alarm[];
  dashboards: Dashboard[];
}

export class Alarms {
  readonly #path: string;
  readonly #accountId: string;
  readonly #state: State;

  constructor(home: string, accountId: string) {
    this.#path = join(home, "cloudwatch", "state.json");
    this.#accountId = accountId;
    this.#state = readJson<State>(this.#path) ?? { alarms: [], dashboards: [] };
  }

  put(
    region: string,
    name: string,
    settings: Pick<Alarm, "description" | "actions" | "threshold">,
    token: string,
  ): Alarm {
    const existing = this.find(region, name);
    const alarm: Alarm = {
      state: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      ...existing,
      ...settings,
      name,
      region,
      arn: `arn:aws:cloudwatch:${region}:${this.#accountId}:alarm:${name}`,
      token,
    };
    this.#state.alarms = [...this.#state.alarms.filter((each) => each !== existing), alarm];
    this.#save();
    return alarm;
  }

  find(region: string, name: string): Alarm | undefined {
    return this.#state.alarms.find((alarm) => alarm.region === region && alarm.name === name);
  }

  list(region: string): Alarm[] {
    return this.#state.alarms.filter((alarm) => alarm.region === region);
  }

  /** Throws ResourceNotFound. */
  setState(region: string, name: string, state: Alarm["state"], reason: string): void {
    const alarm = this.find(region, name);
    if (alarm === undefined) {
      throw new AwsFault("ResourceNotFound", `Alarm ${name} does not exist`, 404);
    }
    Object.assign(alarm, { state, reason });
    this.#save();
  }

  delete(region: string, name: string): void {
    this.#state.alarms = this.#state.alarms.filter(
      (alarm) => alarm.region !== region || alarm.name !== name,
    );
    this.#save();
  }

  /** Throws InvalidParameterInput for a body that is no dashboard. */
  putDashboard(name: string, body: string, token: string): void {
    requireDashboard(body);
    const others = this.#state.dashboards.filter((each) => each.name !== name);
    this.#state.dashboards = [...others, { name, body, token }];
    this.#save();
  }

  dashboards(): Dashboard[] {
    return this.#state.dashboards;
  }

  deleteDashboard(name: string): void {
    this.#state.dashboards = this.#state.dashboards.filter((each) => each.name !== name);
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, this.#state);
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function requireDashboard(body: string): void {
  const refuse = (problem: string) => {
    throw new AwsFault("InvalidParameterInput", `The dashboard body is invalid: ${problem}`);
  };
  let parsed: { widgets?: unknown } = {};
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    refuse(String(error));
  }
  if (!Array.isArray(parsed.widgets)) refuse("widgets is missing");
  for (const widget of parsed.widgets as Record<string, unknown>[]) {
    const { type, width, height, properties } = widget;
    const isPlaced = Number(width) >= 1 && Number(width) <= 24 && Number(height) >= 1;
    if (!["metric", "log", "text", "alarm"].includes(String(type)) || !isPlaced) {
      refuse(`a widget of type ${String(type)}`);
    }
    if (typeof properties !== "object" || properties === null)
      refuse("a widget without properties");
  }
}
