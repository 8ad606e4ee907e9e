/** Which keyspace events are told to subscribers: letters, one a class of events. */
import { noticeClassesText, parseNoticeClasses } from "../commands/notices.ts";
import { parameter, type Parameter } from "./parameter.ts";

export const notifyKeyspaceEvents: Parameter = parameter(
  "notify-keyspace-events",
  "text",
  "",
  {},
  (word) => {
    const classes = parseNoticeClasses(word);
    if (classes !== undefined) return { text: noticeClassesText(classes) };
    return { why: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." };
  },
);
