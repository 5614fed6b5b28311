import { z } from "zod";
import { text } from "./properties.ts";
import { defineResource, generatedName } from "./resource-type.ts";

const properties = z.strictObject({
  DashboardName: text.optional(),
  DashboardBody: text,
});

export const dashboard = defineResource({
  name: "AWS::CloudWatch::Dashboard",
  service: "CloudWatch",
  properties,
  replacing: ["DashboardName"],
  attributes: [],

  async create(request, { alarms }) {
    const name = request.properties.DashboardName ?? generatedName(request, 255);
    alarms.putDashboard(name, request.properties.DashboardBody, request.token);
    return { id: name, attributes: {} };
  },

  async update(request, { id }, { alarms }) {
    alarms.putDashboard(id, request.properties.DashboardBody, request.token);
    return { id, attributes: {} };
  },

  async delete({ id }, { alarms }) {
    alarms.deleteDashboard(id);
  },
});
