/** The resource types held to AWS's published schemas. */
import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import { beforeAll, describe, expect, test } from "vitest";
import { resourceTypes } from "../../../../src/local-aws/cloudformation/resources/registry.ts";

type Spec = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
let spec: Spec;

beforeAll(async () => {
  spec = await loadAwsServiceSpec();
});

describe.each(resourceTypes.map((type) => [type.name, type] as const))("%s", (name, type) => {
  const published = () => {
    const [found] = spec.lookup("resource", "cloudFormationType", "equals", name);
    if (found === undefined) throw new Error(`${name} is not in the specification`);
    return found;
  };
  const declared = Object.keys(type.properties.shape);

  test("has only properties that exist", () => {
    expect(Object.keys(published().properties)).toEqual(expect.arrayContaining(declared));
  });

  test("requires what is required", () => {
    const required = Object.entries(published().properties)
      .filter(([, { required }]) => required)
      .map(([property]) => property);
    const ours = declared.filter(
      (property) => !type.properties.shape[property]?.safeParse(undefined).success,
    );
    expect(ours).toEqual(expect.arrayContaining(required));
  });

  test("is replaced when a property changes that cannot be updated", () => {
    const replacing = Object.entries(published().properties)
      .filter(
        ([property, { causesReplacement }]) =>
          causesReplacement === "yes" && declared.includes(property),
      )
      .map(([property]) => property);
    expect([...type.replacing].sort()).toEqual(replacing.sort());
  });

  test("has only attributes that exist", () => {
    expect(Object.keys(published().attributes)).toEqual(expect.arrayContaining(type.attributes));
  });
});
