import ts from 'typescript-api'

/** One change to one source file. */
export interface Mutant {
  /** From the project's root: `src/core/role.ts`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** The source line on which the change begins, trimmed: with `was`, `now` and the file it names the mutant. */
  readonly text: string
  /** What stood there, on one line. */
  readonly was: string
  /** What stands there instead; empty: it was removed. */
  readonly now: string
  /** The whole file, changed. */
  readonly source: string
}

/** A part of the source and what to put in its place; `dropped`: the part of it that this leaves out. */
type Change = readonly [node: ts.Node, now: string, dropped?: ts.Node]
/** Looks at one node and proposes changes. */
type Mutator = (node: ts.Node, checker: ts.TypeChecker) => Change[]

/** Every way in which the source of a policy is broken, one row each. */
const mutators: readonly Mutator[] = [
  fixCondition,
  negateCondition,
  shiftComparison,
  swapLogic,
  flipBoolean,
  raiseNumber,
  swapArithmetic,
  blankWord,
  dropStatement,
  dropElement,
  dropProperty,
  swapCall,
  dropCall,
]

/** All mutants of the files, in the order of the source; two that would give the same source are one. */
export function mutantsOf(files: readonly string[]): Mutant[] {
  const program = ts.createProgram(files, compilerOptions())
  const checker = program.getTypeChecker()
  return files.flatMap(file => {
    const source = program.getSourceFile(file)
    return source ? mutantsOfSource(file, source, checker) : []
  })
}

function mutantsOfSource(file: string, source: ts.SourceFile, checker: ts.TypeChecker): Mutant[] {
  const found = new Map<string, Mutant>()
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
    if (ts.isImportDeclaration(node)) return
    for (const mutate of mutators)
      for (const change of mutate(node, checker)) {
        const mutant = mutantAt(file, source, change)
        if (!found.has(mutant.source)) found.set(mutant.source, mutant)
      }
    ts.forEachChild(node, visit)
  }
  visit(source)
  found.delete(source.text)
  return [...found.values()]
}

function mutantAt(file: string, source: ts.SourceFile, [target, now, dropped]: Change): Mutant {
  const [start, end] = [target.getStart(source), target.getEnd()]
  const told = dropped ?? target
  const { line } = source.getLineAndCharacterOfPosition(told.getStart(source))
  return {
    file,
    line: line + 1,
    text: (source.text.split('\n')[line] ?? '').trim(),
    was: told.getText(source).replace(/\s+/g, ' '),
    now: dropped || now === ';' ? '' : now.replace(/\s+/g, ' '),
    source: source.text.slice(0, start) + now + source.text.slice(end),
  }
}

/** A condition, and anything else that is true or false: always, and never. */
function fixCondition(node: ts.Node, checker: ts.TypeChecker): Change[] {
  if (!ts.isExpression(node) || isName(node) || isAssigned(node)) return []
  if (!isCondition(node) && !isTruth(node, checker)) return []
  // What a part of `a && b` decides when it is false is the whole, whose own change that is.
  const kind = ts.isBinaryExpression(node.parent) ? node.parent.operatorToken.kind : null
  if (ts.isPrefixUnaryExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) return []
  const values = kind === and ? ['true'] : kind === or ? ['false'] : ['true', 'false']
  return values.map(value => [node, value])
}

/** `if (a)` → `if (!(a))`. */
function negateCondition(node: ts.Node): Change[] {
  return ts.isExpression(node) && isCondition(node) ? [[node, `!(${node.getText()})`]] : []
}

const boundary: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }
/** `<` → `<=`: off by one. */
function shiftComparison(node: ts.Node): Change[] {
  if (!ts.isBinaryExpression(node)) return []
  const now = boundary[node.operatorToken.getText()]
  return now ? [[node.operatorToken, now]] : []
}

/** `a && b` → `a || b`, and the other way; `a ?? b` → `a` or `b`. */
function swapLogic(node: ts.Node): Change[] {
  if (!ts.isBinaryExpression(node)) return []
  const { kind } = node.operatorToken
  if (kind === and) return [[node.operatorToken, '||']]
  if (kind === or) return [[node.operatorToken, '&&']]
  return kind === ts.SyntaxKind.QuestionQuestionToken
    ? [node.left, node.right].map(side => [node, `(${side.getText()})`])
    : []
}

function flipBoolean(node: ts.Node): Change[] {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false']]
  return node.kind === ts.SyntaxKind.FalseKeyword ? [[node, 'true']] : []
}

function raiseNumber(node: ts.Node): Change[] {
  return ts.isNumericLiteral(node) ? [[node, String(Number(node.text) + 1)]] : []
}

const otherArithmetic: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*' }
function swapArithmetic(node: ts.Node, checker: ts.TypeChecker): Change[] {
  if (!ts.isBinaryExpression(node)) return []
  const now = otherArithmetic[node.operatorToken.getText()]
  const isNumber = (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0
  return now && isNumber ? [[node.operatorToken, now]] : []
}

/** A word that is handed on (`'slave'`) is emptied; one that is compared has its comparison changed instead. */
function blankWord(node: ts.Node): Change[] {
  if (!ts.isStringLiteral(node) || !/^[\w-]+$/.test(node.text)) return []
  const { parent } = node
  const isKind = ts.isPropertyAssignment(parent) && parent.name.getText() === 'kind'
  return isKind || ts.isBinaryExpression(parent) || ts.isLiteralTypeNode(parent) ? [] : [[node, "''"]]
}

/** A statement that does something is removed; so is an early return. */
function dropStatement(node: ts.Node): Change[] {
  return ts.isExpressionStatement(node) ? [[node, ';']] : []
}

/** A row of a table, an effect of a list. */
function dropElement(node: ts.Node): Change[] {
  if (!ts.isArrayLiteralExpression(node)) return []
  return node.elements.map(dropped => {
    const kept = node.elements.filter(element => element !== dropped).map(element => element.getText())
    return [node, `[${kept.join(', ')}]`, dropped]
  })
}

/** What is changed together: `{ ...relay, sent: null }`, `change(turn, { phase })`. A spread is what is kept. */
function dropProperty(node: ts.Node): Change[] {
  if (!ts.isObjectLiteralExpression(node)) return []
  const { parent } = node
  const isChange = ts.isCallExpression(parent) && parent.expression.getText() === 'change'
  if (!isChange && !node.properties.some(ts.isSpreadAssignment)) return []
  return node.properties.map(dropped => {
    const kept = node.properties.filter(property => property !== dropped).map(property => property.getText())
    return [node, `{ ${kept.join(', ')} }`, dropped]
  })
}

const otherCall: Readonly<Record<string, string>> = {
  'Math.min': 'Math.max',
  'Math.max': 'Math.min',
  'Math.round': 'Math.floor',
  'Math.ceil': 'Math.floor',
  'Math.floor': 'Math.ceil',
  every: 'some',
  some: 'every',
}
/** `every` → `some`, `Math.min` → `Math.max` and the like. */
function swapCall(node: ts.Node): Change[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const { expression } = node
  const whole = otherCall[expression.getText()]
  if (whole) return [[expression, whole]]
  const method = otherCall[expression.name.text]
  return method ? [[expression.name, method]] : []
}

const passedOver = ['filter', 'slice', 'sort', 'trim']
/** `list.filter(…)` → `list`. */
function dropCall(node: ts.Node): Change[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const { name, expression } = node.expression
  return passedOver.includes(name.text) ? [[node, expression.getText()]] : []
}

const and = ts.SyntaxKind.AmpersandAmpersandToken
const or = ts.SyntaxKind.BarBarToken

/** Decides between two ways: of an `if`, a `? :`, a loop. */
function isCondition(node: ts.Expression): boolean {
  const { parent } = node
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node
  return (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) && parent.condition === node
}

/** An expression of type boolean that is no literal. */
function isTruth(node: ts.Expression, checker: ts.TypeChecker): boolean {
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return false
  return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.BooleanLike) !== 0
}

/** What stands left of `=`, and the assignment itself. */
function isAssigned(node: ts.Expression): boolean {
  const isAssignment = (other: ts.Node): other is ts.BinaryExpression =>
    ts.isBinaryExpression(other) && other.operatorToken.kind === ts.SyntaxKind.EqualsToken
  return isAssignment(node) || (isAssignment(node.parent) && node.parent.left === node)
}

/** A name that is no value of its own: of a property, a parameter, a declaration. */
function isName(node: ts.Node): boolean {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  const named = 'name' in parent && parent.name === node
  return named || ts.isBindingElement(parent) || ts.isShorthandPropertyAssignment(parent)
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  return ts.parseJsonConfigFileContent(config, ts.sys, '.').options
}
