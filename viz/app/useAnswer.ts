/** Asks the worker while a view is on screen, and draws the view again with the answer. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Latest } from "./latest.ts";
import { sentenceOf } from "./runHost.ts";

export interface Answered<Answer> {
  /** The newest one; while another is asked for, the one before. */
  readonly answer: Answer | undefined;
  /** Why there is none. */
  readonly sentence: string;
  readonly isAsking: boolean;
}

const unasked = { answer: undefined, sentence: "", isAsking: false };

/** `question` is compared by its JSON text; undefined asks nothing. `ask` belongs to the question and is taken anew with it. */
export function useAnswer<Question, Answer>(
  question: Question | undefined,
  ask: (question: Question) => Promise<Answer>,
): Answered<Answer> {
  const [state, setState] = useState<Answered<Answer>>(unasked);
  const asking = useRef(ask);
  asking.current = ask;
  const latest = useRef<Latest<Question, Answer> | undefined>(undefined);
  latest.current ??= new Latest(
    (each) => asking.current(each),
    (answer) => setState({ answer, sentence: "", isAsking: false }),
    (error) => setState({ answer: undefined, sentence: sentenceOf(error), isAsking: false }),
  );
  const text = JSON.stringify(question);
  useEffect(() => {
    if (question === undefined) {
      latest.current?.forget();
      setState(unasked);
    } else {
      setState((before) => ({ ...before, isAsking: true }));
      latest.current?.ask(question);
    }
  }, [text]);
  useEffect(() => () => latest.current?.forget(), []);
  return state;
}
