import { expect, test } from "vitest";
import type { Action } from "../../api/shapes";
import { foundActions } from "./foundActions";

const action = (called: string, label: string, words = "", doc = ""): Action => ({
  do: called,
  group: "workflows",
  label,
  doc,
  effect: "none",
  result: "",
  props: [],
  holds: [],
  words,
});
const ACTIONS = [
  action("send_email", "Send an e-mail", "message notify", "Goes to a list of people."),
  action("terminate", "Terminate this workflow", "stop end exit quit"),
  action("schedule_on_list", "Schedule an API workflow on a list", "bulk batch many"),
];
const found = (text: string) => foundActions(ACTIONS, text).flatMap((group) => group.actions.map((one) => one.do));

test("an action is found by what others call it, and by the beginnings of words only", () => {
  expect(found("stop")).toEqual(["terminate"]);
  expect(found("end")).toEqual(["terminate"]);
  expect(found("bulk")).toEqual(["schedule_on_list"]);
  expect(found("e-mail")).toEqual(["send_email"]);
  expect(found("mail")).toEqual(["send_email"]);
  expect(found("on_list")).toEqual(["schedule_on_list"]);
  expect(found("people")).toEqual(["send_email"]);
  expect(found("")).toHaveLength(3);
  expect(found("nothing such")).toEqual([]);
});
