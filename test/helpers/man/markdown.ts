import { example, inline, tagged, textLine } from './roff.ts'

/**
 * The Markdown of test/helpers/reference.ts as man(7): paragraphs, lists, tables of two columns, fenced examples.
 * Headings are left to the page.
 */
export function manText(markdown: string): string[] {
  const lines: string[] = []
  for (const block of blocksOf(markdown)) lines.push(...manBlock(block))
  return lines
}

type Block = readonly string[]

/** Bullets, tables and fences are blocks of their own, with or without a blank line before them. */
function blocksOf(markdown: string): Block[] {
  const blocks: string[][] = []
  let open = false
  let fenced = false
  for (const line of markdown.split('\n')) {
    const isFence = line.startsWith('```')
    const begins = !fenced && (isFence || /^- /.test(line))
    if (!fenced && line.trim() === '') open = false
    else if (!open || begins) {
      blocks.push([line])
      open = true
    } else blocks.at(-1)?.push(line)
    if (isFence) fenced = !fenced
  }
  return blocks
}

function manBlock(block: Block): string[] {
  const [first = ''] = block
  if (first.startsWith('#')) return []
  if (first.startsWith('```')) return example(block.slice(1, -1))
  const indented = /^ {2}/.test(first)
  const words = block.map(line => line.trim())
  const body = words[0]?.startsWith('|') ? table(words) : paragraph(words)
  return indented ? ['.RS 2', ...body, '.RE'] : body
}

function paragraph([first = '', ...rest]: Block): string[] {
  const bullet = first.startsWith('- ')
  const lines = [bullet ? first.slice(2) : first, ...rest]
  return [bullet ? '.IP \\(bu 2' : '.PP', ...lines.map(line => textLine(inline(line)))]
}

/** Without its head: each row a term and its meaning. */
function table(rows: Block): string[] {
  return rows.slice(2).flatMap(row => {
    const [term = '', ...meaning] = row
      .slice(1, -1)
      .split(' | ')
      .map(cell => inline(cell.trim()))
    return tagged(term, meaning)
  })
}
