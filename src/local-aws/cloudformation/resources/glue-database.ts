import { z } from "zod";
import { text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

const properties = z.strictObject({
  CatalogId: text,
  DatabaseInput: z.strictObject({
    Name: text.pipe(z.string().regex(/^[^A-Z\n\r]{1,255}$/)),
    Description: text.optional(),
  }),
});

export const glueDatabase = defineResource({
  name: "AWS::Glue::Database",
  service: "Glue",
  properties,
  replacing: ["CatalogId"],
  attributes: [],

  async create(request, { catalog }) {
    const { Name, Description = "" } = request.properties.DatabaseInput;
    catalog.create(request.region, Name, Description, request.token);
    return { id: Name, attributes: {} };
  },

  async update(request, { id, region }, { catalog }) {
    catalog.describe(region, id, request.properties.DatabaseInput.Description ?? "");
    return { id, attributes: {} };
  },

  async delete({ id, region }, { catalog }) {
    catalog.delete(region, id);
  },
});
