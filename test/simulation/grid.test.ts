import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gridText, measureGrid } from './grid.ts'

test('a grid has a row for each setting of the same histories, the default first', async () => {
  const told: string[] = []
  const lines = gridText(await measureGrid([1, 2, 3, 4], line => told.push(line))).split('\n')
  const rows = lines.filter(line => line.startsWith('|')).slice(2)
  assert.equal(rows.length, told.length)
  assert.match(rows[0] ?? '', /^\| +1 s \| +– \| +5 \| +6\.50 s \|/)
  assert.equal(new Set(rows.map(row => row.split('|').slice(1, 4).join())).size, rows.length)
  assert.deepEqual(
    lines.filter(line => line.length > 80 && line.startsWith('|')),
    [],
  )
})
