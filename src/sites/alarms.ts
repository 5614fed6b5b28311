/** The alarms of a site (`update-stack --alarm`), and whether one of them has gone off. */
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { hasAlarms } from "./costly-settings.ts";
import type { DeployedSite } from "./open-site.ts";

export interface Alarm {
  name: string;
  /** CloudWatch's word: OK, ALARM or INSUFFICIENT_DATA (nothing was measured yet). */
  state: string;
  /** What it is about, one sentence. */
  description: string;
}

/** null: the site has no alarms. Those who may not look at alarms get the reason as a text. */
export async function alarmsOf(
  clients: AwsClients,
  { stacks }: DeployedSite,
): Promise<Alarm[] | string | null> {
  const service = stacks.get("service");
  if (service === undefined || !hasAlarms(service.parameters)) return null;
  try {
    const { DescribeAlarmsCommand } = await import("@aws-sdk/client-cloudwatch");
    const client = await clients.cloudWatch();
    const alarms: Alarm[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `${service.name}-`, NextToken }),
      );
      for (const { AlarmName, StateValue, AlarmDescription } of page.MetricAlarms ?? []) {
        const description = AlarmDescription ?? "";
        alarms.push({ name: AlarmName ?? "", state: StateValue ?? "", description });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return alarms;
  } catch (error) {
    const explained = explainAwsError(error);
    return explained instanceof Error ? explained.message : String(explained);
  }
}
