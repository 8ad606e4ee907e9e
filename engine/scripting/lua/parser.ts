/**
 * Lua 5.1's grammar by recursive descent, with the messages of Lua's own compiler. Depth is bounded: no source makes it run out of stack.
 * @see https://www.lua.org/manual/5.1/manual.html#8
 */
import { Lexer } from "./lexer.ts";
import type {
  BinaryOperator,
  Branch,
  CallExpression,
  Expression,
  Field,
  FunctionBody,
  Statement,
  Target,
} from "./syntaxTree.ts";

/** Deepest nesting of statements and expressions, as in Lua (LUAI_MAXCCALLS). */
const MAX_DEPTH = 200;

/** Left and right binding strength. A right one that is less makes the operator bind to the right. */
const STRENGTHS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["or", [1, 1]],
  ["and", [2, 2]],
  ["<", [3, 3]],
  [">", [3, 3]],
  ["<=", [3, 3]],
  [">=", [3, 3]],
  ["~=", [3, 3]],
  ["==", [3, 3]],
  ["..", [5, 4]],
  ["+", [6, 6]],
  ["-", [6, 6]],
  ["*", [7, 7]],
  ["/", [7, 7]],
  ["%", [7, 7]],
  ["^", [10, 9]],
]);
const UNARY_STRENGTH = 8;

/**
 * @param source - bytes, one a character
 * @throws LuaSyntaxError
 */
export function parseChunk(source: string, chunkName: string): FunctionBody {
  return new Parser(new Lexer(source, chunkName)).chunk();
}

class Parser {
  private readonly lexer: Lexer;
  private depth = 0;
  /** Whether the function around may use "...". */
  private isVararg = true;
  /** "..." was read in the function around. */
  private usesVarargs = false;
  /** How often the name "arg" was read. */
  private argCount = 0;
  /** Loops around, within the function. */
  private loopCount = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  chunk(): FunctionBody {
    this.lexer.advance();
    const body = this.block();
    if (this.lexer.kind !== "end") this.lexer.fail("'<eof>' expected");
    const { lastLine: endLine } = this.lexer;
    const { usesVarargs } = this;
    return { parameters: [], isVararg: true, usesVarargs, namesArg: false, body, endLine };
  }

  private accept(sign: string): boolean {
    if (!this.lexer.isSign(sign)) return false;
    this.lexer.advance();
    return true;
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) this.lexer.fail(`'${sign}' expected`);
  }

  /** The sign that ends what `opening` began on `line`. */
  private expectEnd(sign: string, opening: string, line: number): void {
    if (this.accept(sign)) return;
    if (line === this.lexer.line) this.lexer.fail(`'${sign}' expected`);
    this.lexer.fail(`'${sign}' expected (to close '${opening}' at line ${line})`);
  }

  private name(): string {
    if (this.lexer.kind !== "name") this.lexer.fail("'<name>' expected");
    const { text } = this.lexer;
    this.lexer.advance();
    return text;
  }

  private deeper<Node>(parse: () => Node): Node {
    if (++this.depth > MAX_DEPTH) this.lexer.fail("chunk has too many syntax levels");
    const node = parse();
    this.depth--;
    return node;
  }

  private block(): readonly Statement[] {
    return this.deeper(() => {
      const statements: Statement[] = [];
      while (!this.atBlockEnd()) {
        const statement = this.statement();
        statements.push(statement);
        this.accept(";");
        // These end a block.
        if (statement.kind === "return" || statement.kind === "break") break;
      }
      return statements;
    });
  }

  private loopBlock(): readonly Statement[] {
    this.loopCount++;
    const body = this.block();
    this.loopCount--;
    return body;
  }

  private atBlockEnd(): boolean {
    const { lexer } = this;
    if (lexer.kind === "end") return true;
    return lexer.kind === "sign" && ["end", "else", "elseif", "until"].includes(lexer.text);
  }

  private statement(): Statement {
    const { lexer } = this;
    const { line } = lexer;
    if (lexer.kind !== "sign") return this.expressionStatement(line);
    switch (lexer.text) {
      case "if":
        return this.ifStatement(line);
      case "while": {
        lexer.advance();
        const condition = this.expression();
        this.expect("do");
        const body = this.loopBlock();
        const { lastLine } = lexer;
        this.expectEnd("end", "while", line);
        return { kind: "while", line, lastLine, condition, body };
      }
      case "do": {
        lexer.advance();
        const body = this.block();
        this.expectEnd("end", "do", line);
        return { kind: "do", line, body };
      }
      case "for":
        return this.forStatement(line);
      case "repeat": {
        lexer.advance();
        const body = this.loopBlock();
        this.expectEnd("until", "repeat", line);
        return { kind: "repeat", line, body, condition: this.expression() };
      }
      case "function":
        return this.functionStatement(line);
      case "local":
        return this.localStatement(line);
      case "return":
        return this.returnStatement(line);
      case "break":
        lexer.advance();
        if (this.loopCount === 0) lexer.fail("no loop to break");
        return { kind: "break", line };
      default:
        return this.expressionStatement(line);
    }
  }

  private ifStatement(line: number): Statement {
    const branches: Branch[] = [];
    let otherwise: readonly Statement[] | undefined;
    do {
      this.lexer.advance();
      const condition = this.expression();
      this.expect("then");
      const body = this.block();
      branches.push({ condition, body, lastLine: this.lexer.lastLine });
    } while (this.lexer.isSign("elseif"));
    if (this.accept("else")) otherwise = this.block();
    this.expectEnd("end", "if", line);
    return { kind: "if", line, branches, otherwise };
  }

  private forStatement(line: number): Statement {
    this.lexer.advance();
    const names = [this.name()];
    if (this.accept("=")) {
      const start = this.expression();
      this.expect(",");
      const limit = this.expression();
      const step = this.accept(",") ? this.expression() : undefined;
      const body = this.forBody(line);
      return { kind: "for", line, name: names[0] as string, start, limit, step, body };
    }
    if (!this.lexer.isSign(",") && !this.lexer.isSign("in"))
      this.lexer.fail("'=' or 'in' expected");
    while (this.accept(",")) names.push(this.name());
    this.expect("in");
    const values = this.expressions();
    return { kind: "forEach", line, names, values, body: this.forBody(line) };
  }

  private forBody(line: number): readonly Statement[] {
    this.expect("do");
    const body = this.loopBlock();
    this.expectEnd("end", "for", line);
    return body;
  }

  private functionStatement(line: number): Statement {
    this.lexer.advance();
    let target: Target = { kind: "name", line, name: this.name() };
    let isMethod = false;
    while (!isMethod && (this.lexer.isSign(".") || this.lexer.isSign(":"))) {
      isMethod = this.lexer.isSign(":");
      this.lexer.advance();
      target = {
        kind: "index",
        line,
        table: target,
        key: { kind: "string", line, value: this.name() },
      };
    }
    const body = this.functionBody(line, isMethod);
    return {
      kind: "assignment",
      line,
      // It happens where the function begins.
      endLine: line,
      targets: [target],
      values: [{ kind: "function", line, body }],
    };
  }

  private localStatement(line: number): Statement {
    this.lexer.advance();
    if (this.accept("function")) {
      const name = this.name();
      return { kind: "localFunction", line, name, body: this.functionBody(line, false) };
    }
    const names = [this.name()];
    while (this.accept(",")) names.push(this.name());
    const values = this.accept("=") ? this.expressions() : [];
    return { kind: "local", line, names, values };
  }

  private returnStatement(line: number): Statement {
    this.lexer.advance();
    const values = this.atBlockEnd() || this.lexer.isSign(";") ? [] : this.expressions();
    return { kind: "return", line, endLine: this.lexer.lastLine, values };
  }

  private expressionStatement(line: number): Statement {
    const first = this.suffixedExpression();
    if (first.kind === "call") return { kind: "call", line, call: first };
    const targets = [this.asTarget(first)];
    while (this.accept(",")) {
      targets.push(this.asTarget(this.suffixedExpression()));
      if (targets.length > MAX_DEPTH) this.lexer.fail("too many variables in assignment");
    }
    this.expect("=");
    const values = this.expressions();
    return { kind: "assignment", line, endLine: this.lexer.lastLine, targets, values };
  }

  private asTarget(expression: Expression): Target {
    if (expression.kind === "name" || expression.kind === "index") return expression;
    return this.lexer.fail("syntax error");
  }

  private functionBody(line: number, isMethod: boolean): FunctionBody {
    const parameters = isMethod ? ["self"] : [];
    let isVararg = false;
    this.expect("(");
    if (!this.lexer.isSign(")")) {
      do {
        if (this.accept("...")) isVararg = true;
        else if (this.lexer.kind === "name") parameters.push(this.name());
        else this.lexer.fail("<name> or '...' expected");
      } while (!isVararg && this.accept(","));
    }
    this.expect(")");
    const { isVararg: around, usesVarargs: usesAround, loopCount, argCount } = this;
    this.isVararg = isVararg;
    this.usesVarargs = false;
    this.loopCount = 0;
    const body = this.block();
    const { usesVarargs } = this;
    const namesArg = this.argCount > argCount;
    const endLine = this.lexer.line;
    this.expectEnd("end", "function", line);
    this.isVararg = around;
    this.usesVarargs = usesAround;
    this.loopCount = loopCount;
    return { parameters, isVararg, usesVarargs, namesArg, body, endLine };
  }

  private expressions(): readonly Expression[] {
    const list = [this.expression()];
    while (this.accept(",")) list.push(this.expression());
    return list;
  }

  /** Takes operators that bind more strongly than `strength`. */
  private expression(strength = 0): Expression {
    return this.deeper(() => {
      let left = this.unaryExpression();
      for (;;) {
        const { lexer } = this;
        const strengths = lexer.kind === "sign" ? STRENGTHS.get(lexer.text) : undefined;
        if (strengths === undefined || strengths[0] <= strength) return left;
        const { line, text: operator } = lexer;
        lexer.advance();
        const right = this.expression(strengths[1]);
        left =
          operator === "and" || operator === "or"
            ? { kind: "logical", line, operator, left, right }
            : { kind: "binary", line, operator: operator as BinaryOperator, left, right };
      }
    });
  }

  private unaryExpression(): Expression {
    const { lexer } = this;
    const { line } = lexer;
    for (const operator of ["not", "-", "#"] as const) {
      if (this.accept(operator)) {
        const operand = this.expression(UNARY_STRENGTH);
        if (operator === "-" && operand.kind === "number" && operand.value !== 0) {
          return { kind: "number", line, value: -operand.value };
        }
        return { kind: "unary", line, operator, operand };
      }
    }
    return this.simpleExpression();
  }

  private simpleExpression(): Expression {
    const { lexer } = this;
    const { line } = lexer;
    if (lexer.kind === "number") return this.taken({ kind: "number", line, value: lexer.number });
    if (lexer.kind === "string") return this.taken({ kind: "string", line, value: lexer.text });
    if (lexer.kind === "sign") {
      switch (lexer.text) {
        case "nil":
          return this.taken({ kind: "nil", line });
        case "true":
          return this.taken({ kind: "boolean", line, value: true });
        case "false":
          return this.taken({ kind: "boolean", line, value: false });
        case "...":
          if (!this.isVararg) lexer.fail("cannot use '...' outside a vararg function");
          this.usesVarargs = true;
          return this.taken({ kind: "vararg", line });
        case "{":
          return this.table();
        case "function":
          lexer.advance();
          return { kind: "function", line, body: this.functionBody(line, false) };
      }
    }
    return this.suffixedExpression();
  }

  private taken(expression: Expression): Expression {
    this.lexer.advance();
    return expression;
  }

  private suffixedExpression(): Expression {
    const { lexer } = this;
    let expression = this.primaryExpression();
    for (;;) {
      const { line } = lexer;
      if (lexer.kind === "string") {
        expression = this.call(expression, undefined);
      } else if (lexer.kind !== "sign") {
        return expression;
      } else if (lexer.text === ".") {
        lexer.advance();
        const key: Expression = { kind: "string", line: lexer.line, value: this.name() };
        expression = { kind: "index", line, table: expression, key };
      } else if (lexer.text === "[") {
        lexer.advance();
        const key = this.expression();
        this.expect("]");
        expression = { kind: "index", line, table: expression, key };
      } else if (lexer.text === ":") {
        lexer.advance();
        expression = this.call(expression, this.name());
      } else if (lexer.text === "(" || lexer.text === "{") {
        expression = this.call(expression, undefined);
      } else {
        return expression;
      }
    }
  }

  private primaryExpression(): Expression {
    const { lexer } = this;
    const { line } = lexer;
    if (lexer.kind === "name") {
      if (lexer.text === "arg") this.argCount++;
      return { kind: "name", line, name: this.name() };
    }
    if (!this.accept("(")) return lexer.fail("unexpected symbol");
    const inner = this.expression();
    this.expectEnd(")", "(", line);
    return { kind: "parentheses", line, inner };
  }

  private call(callee: Expression, method: string | undefined): CallExpression {
    const { lexer } = this;
    const { line } = lexer;
    let args: readonly Expression[] = [];
    if (lexer.kind === "string") {
      args = [this.taken({ kind: "string", line, value: lexer.text })];
    } else if (lexer.isSign("{")) {
      args = [this.table()];
    } else {
      if (!lexer.isSign("(")) lexer.fail("function arguments expected");
      if (line !== lexer.lastLine) lexer.fail("ambiguous syntax (function call x new statement)");
      lexer.advance();
      if (!lexer.isSign(")")) args = this.expressions();
      this.expectEnd(")", "(", line);
    }
    return { kind: "call", line, endLine: lexer.lastLine, callee, method, args };
  }

  private table(): Expression {
    const { lexer } = this;
    const { line } = lexer;
    const fields: Field[] = [];
    lexer.advance();
    while (!lexer.isSign("}")) {
      fields.push(this.field());
      if (!this.accept(",") && !this.accept(";")) break;
    }
    this.expectEnd("}", "{", line);
    return { kind: "table", line, endLine: lexer.lastLine, fields };
  }

  private field(): Field {
    const { line } = this.lexer;
    if (this.accept("[")) {
      const key = this.expression();
      this.expect("]");
      this.expect("=");
      return { key, value: this.expression() };
    }
    const value = this.expression();
    // A name before "=" is a key.
    if (value.kind !== "name" || !this.accept("=")) return { key: undefined, value };
    return { key: { kind: "string", line, value: value.name }, value: this.expression() };
  }
}
