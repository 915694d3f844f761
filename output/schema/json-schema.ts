import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type { JsonObject } from "../../model/json";
import { type AnswerName, answers } from "./answers";

export const answerNames = Object.keys(answers).filter(isAnswerName);

/** The JSON Schema (draft 2020-12) of an answer. */
export function jsonSchemaOf(name: AnswerName): JsonObject {
  const schema: JsonSchema = toJsonSchema(answers[name], { target: "draft-2020-12", typeMode: "output" });
  const { $schema, ...rest } = schema;
  // A JSON Schema is JSON; its type says so in other words.
  return JSON.parse(JSON.stringify({ $schema, title: name, ...rest }));
}

function isAnswerName(name: string): name is AnswerName {
  return Object.hasOwn(answers, name);
}
