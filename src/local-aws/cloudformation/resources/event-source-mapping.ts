import { z } from "zod";
import type { EventSourceSettings } from "../../lambda/event-sources.ts";
import { flag, integer, oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  BatchSize: integer(1, 10_000).optional(),
  Enabled: flag.optional(),
  EventSourceArn: text,
  FunctionName: text,
  FunctionResponseTypes: z.array(oneOf("ReportBatchItemFailures")).max(1).optional(),
  MaximumBatchingWindowInSeconds: integer(0, 300).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: integer(2, 1000) }).optional(),
});

export const eventSourceMapping = defineResource({
  name: "AWS::Lambda::EventSourceMapping",
  service: "Lambda",
  properties,
  replacing: ["EventSourceArn"],
  attributes: ["Id"],

  async create(request, { eventSources }) {
    const settings = settingsOf(request.properties);
    const id = eventSources.put(request.region, settings, request.token);
    return { id, attributes: { Id: id } };
  },

  async update(request, { id }, { eventSources }) {
    eventSources.put(request.region, settingsOf(request.properties), id);
    return { id, attributes: { Id: id } };
  },

  async delete({ id }, { eventSources }) {
    eventSources.delete(id);
  },
});

/** Defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function settingsOf(given: z.output<typeof properties>): EventSourceSettings {
  return {
    queueArn: given.EventSourceArn,
    functionName: given.FunctionName,
    batchSize: given.BatchSize ?? 10,
    windowSeconds: given.MaximumBatchingWindowInSeconds ?? 0,
    concurrency: given.ScalingConfig?.MaximumConcurrency ?? 10,
    enabled: given.Enabled ?? true,
    reportsFailures: (given.FunctionResponseTypes ?? []).length > 0,
  };
}
