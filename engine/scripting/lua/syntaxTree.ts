/** A chunk of Lua as its compiler sees it. Every node has the line that errors name. */

export type Expression =
  | { readonly kind: "nil"; readonly line: number }
  | { readonly kind: "boolean"; readonly line: number; readonly value: boolean }
  | { readonly kind: "number"; readonly line: number; readonly value: number }
  | { readonly kind: "string"; readonly line: number; readonly value: string }
  | { readonly kind: "vararg"; readonly line: number }
  | { readonly kind: "function"; readonly line: number; readonly body: FunctionBody }
  | { readonly kind: "name"; readonly line: number; readonly name: string }
  | IndexExpression
  | CallExpression
  /** Parentheses cut a list of values to one. */
  | { readonly kind: "parentheses"; readonly line: number; readonly inner: Expression }
  | {
      readonly kind: "table";
      readonly line: number;
      /** Line of the brace that closes it. */
      readonly endLine: number;
      readonly fields: readonly Field[];
    }
  | BinaryExpression
  | {
      readonly kind: "logical";
      readonly line: number;
      readonly operator: "and" | "or";
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "unary";
      readonly line: number;
      readonly operator: "-" | "not" | "#";
      readonly operand: Expression;
    };

export interface IndexExpression {
  readonly kind: "index";
  readonly line: number;
  readonly table: Expression;
  readonly key: Expression;
}

export interface CallExpression {
  readonly kind: "call";
  readonly line: number;
  /** Line of its last sign. */
  readonly endLine: number;
  readonly callee: Expression;
  /** Name of a method: the callee is its object. */
  readonly method: string | undefined;
  readonly args: readonly Expression[];
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^"
  | ".."
  | "=="
  | "~="
  | "<"
  | "<="
  | ">"
  | ">=";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly line: number;
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** A field without a key takes the next place of the array. */
export interface Field {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

export interface FunctionBody {
  readonly parameters: readonly string[];
  readonly isVararg: boolean;
  /** "..." stands in it. */
  readonly usesVarargs: boolean;
  /** The name "arg" stands in it, or in a function within. */
  readonly namesArg: boolean;
  readonly body: readonly Statement[];
  readonly endLine: number;
}

/** What may stand left of "=". */
export type Target = Extract<Expression, { kind: "name" | "index" }>;

export type Statement =
  | {
      readonly kind: "local";
      readonly line: number;
      readonly names: readonly string[];
      readonly values: readonly Expression[];
    }
  | {
      readonly kind: "localFunction";
      readonly line: number;
      readonly name: string;
      readonly body: FunctionBody;
    }
  | {
      readonly kind: "assignment";
      readonly line: number;
      /** Line of its last sign, where what is assigned is stored. */
      readonly endLine: number;
      readonly targets: readonly Target[];
      readonly values: readonly Expression[];
    }
  | { readonly kind: "call"; readonly line: number; readonly call: CallExpression }
  | { readonly kind: "do"; readonly line: number; readonly body: readonly Statement[] }
  | {
      readonly kind: "while";
      readonly line: number;
      /** Line of the last sign of its body, where it turns back. */
      readonly lastLine: number;
      readonly condition: Expression;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "repeat";
      readonly line: number;
      readonly body: readonly Statement[];
      readonly condition: Expression;
    }
  | {
      readonly kind: "if";
      readonly line: number;
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[] | undefined;
    }
  | {
      readonly kind: "for";
      readonly line: number;
      readonly name: string;
      readonly start: Expression;
      readonly limit: Expression;
      readonly step: Expression | undefined;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "forEach";
      readonly line: number;
      readonly names: readonly string[];
      readonly values: readonly Expression[];
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "return";
      readonly line: number;
      /** Line of its last sign, where it returns. */
      readonly endLine: number;
      readonly values: readonly Expression[];
    }
  | { readonly kind: "break"; readonly line: number };

export interface Branch {
  readonly condition: Expression;
  readonly body: readonly Statement[];
  /** Line of the last sign of its body, where the other branches are passed. */
  readonly lastLine: number;
}
