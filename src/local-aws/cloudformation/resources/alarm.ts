import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import { flag, integer, oneOf, tagList, text } from "./properties.ts";
import { defineResource, generatedName, type Physical, type Services } from "./resource-type.ts";

const dimensions = z.array(z.strictObject({ Name: text, Value: text })).max(30);
const number = z.preprocess(
  (value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value),
  z.number(),
);
const statistic = oneOf("Sum", "Average", "Maximum", "Minimum", "SampleCount");

const properties = z.strictObject({
  AlarmName: text.optional(),
  AlarmDescription: text.optional(),
  ActionsEnabled: flag.optional(),
  AlarmActions: z.array(text).max(5).optional(),
  OKActions: z.array(text).max(5).optional(),
  ComparisonOperator: oneOf(
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
  ),
  DatapointsToAlarm: integer(1).optional(),
  Dimensions: dimensions.optional(),
  EvaluationPeriods: integer(1),
  MetricName: text.optional(),
  Metrics: z
    .array(
      z.strictObject({
        Id: text,
        Label: text.optional(),
        Expression: text.optional(),
        ReturnData: flag.optional(),
        MetricStat: z
          .strictObject({
            Metric: z.strictObject({
              Namespace: text,
              MetricName: text,
              Dimensions: dimensions.optional(),
            }),
            Period: integer(1),
            Stat: text,
          })
          .optional(),
      }),
    )
    .optional(),
  Namespace: text.optional(),
  Period: integer(10).optional(),
  Statistic: statistic.optional(),
  Threshold: number,
  TreatMissingData: oneOf("breaching", "notBreaching", "ignore", "missing").optional(),
  Tags: tagList.optional(),
});

type Properties = z.output<typeof properties>;

export const alarm = defineResource({
  name: "AWS::CloudWatch::Alarm",
  service: "CloudWatch",
  properties,
  replacing: ["AlarmName"],
  attributes: ["Arn"],
  tags: "list",

  async create(request, services) {
    const name = request.properties.AlarmName ?? generatedName(request, 255);
    return put(request.region, name, request.properties, request.token, services);
  },

  async update(request, { id, region }, services) {
    return put(region, id, request.properties, request.token, services);
  },

  async delete({ id, region }, { alarms }) {
    alarms.delete(region, id);
  },
});

function put(
  region: string,
  name: string,
  given: Properties,
  token: string,
  { alarms }: Services,
): Physical {
  requireOneSource(given);
  const settings = {
    description: given.AlarmDescription ?? "",
    actions: given.AlarmActions ?? [],
    threshold: given.Threshold,
  };
  const { arn } = alarms.put(region, name, settings, token);
  return { id: name, attributes: { Arn: arn } };
}

/** An alarm looks at one metric, or at one expression over several whose names the expression knows. */
function requireOneSource({ MetricName, Metrics }: Properties): void {
  const refuse = (problem: string) => {
    throw new AwsFault("ValidationError", problem);
  };
  if ((MetricName === undefined) === (Metrics === undefined)) {
    refuse("Either MetricName or Metrics must be specified, and not both");
  }
  if (Metrics === undefined) return;
  const returned = Metrics.filter(({ ReturnData }) => ReturnData !== false);
  if (returned.length !== 1) refuse("Exactly one metric must return data");
  const ids = Metrics.map(({ Id }) => Id);
  for (const { Expression = "" } of Metrics) {
    const unknown = (Expression.match(/[a-z]\w*/g) ?? []).find((name) => !ids.includes(name));
    if (unknown !== undefined) refuse(`Invalid metric id ${unknown} in expression`);
  }
}
