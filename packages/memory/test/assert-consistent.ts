import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type EmbeddedStore, key, parts, under } from '@agentic/embedded-store'
import type { AgentState } from '../src/adapters/rows.ts'
import type { Memory } from '../src/index.ts'

/**
 * Walks all rows and checks that they are those that the memories ask for: each in the indexes of what it is and in no
 * other, each association at both of its ends, and counts and versions that are right.
 */
export async function assertConsistent(store: EmbeddedStore): Promise<void> {
  const rows = new Map<string, unknown>()
  for await (const row of store.walk(under('memory'))) rows.set(row.key, row.value)

  const expected = new Set<string>()
  const counts = new Map<string, number>()
  const newest = new Map<string, number>()
  for (const [rowKey, value] of rows) {
    const [, type = '', agentId = '', memoryId = '', other = '', kind = '', direction] = parts(rowKey)
    if (type === 'there' || type === 'gone') {
      const memory = value as Memory
      assert.deepEqual(
        [memory.agentId, memory.id, memory.deletion === undefined],
        [agentId, memoryId, type === 'there'],
      )
      for (const indexKey of indexKeys(memory, type)) expected.add(indexKey)
      assert.equal(rows.get(key('memory', 'owner', memoryId)), agentId)
      if (type === 'there') {
        assert.equal(rows.get(textKey(memory)), memoryId, 'one memory says this')
        counts.set(agentId, (counts.get(agentId) ?? 0) + 1)
      }
      newest.set(agentId, Math.max(newest.get(agentId) ?? 0, memory.version))
    }
    if (type === 'edge') {
      const back = direction === 'out' ? 'in' : 'out'
      assert.equal(rows.get(key('memory', 'edge', agentId, other, memoryId, kind, back)), value, 'an edge has two ends')
      const isThere = rows.has(key('memory', 'there', agentId, memoryId))
      assert.ok(isThere || rows.has(key('memory', 'gone', agentId, memoryId)), 'an edge leads somewhere')
      expected.add(rowKey)
    }
    if (type === 'vector') {
      assert.ok(rows.has(key('memory', 'there', agentId, memoryId)), 'a vector is of what is there')
      expected.add(rowKey)
    }
    if (type === 'agent') {
      assert.ok((value as AgentState).version >= (value as AgentState).since)
      expected.add(rowKey)
    }
    if (type === 'bulletin') {
      assert.ok(rows.has(key('memory', 'agent', agentId)), 'a bulletin is of an agent that is there')
      expected.add(rowKey)
    }
  }
  for (const [agentId, version] of newest) {
    const state = rows.get(key('memory', 'agent', agentId)) as AgentState
    assert.equal(state.memories, counts.get(agentId) ?? 0)
    assert.ok(state.version >= version)
  }
  assert.deepEqual([...rows.keys()].toSorted(), [...expected].toSorted())
}

function indexKeys(memory: Memory, presence: 'there' | 'gone'): string[] {
  const { agentId, id, kind, version } = memory
  return [
    key('memory', presence, agentId, id),
    key('memory', 'owner', id),
    key('memory', 'kind', agentId, presence, kind, id),
    key('memory', 'change', agentId, version, id),
    ...(presence === 'there' ? [textKey(memory)] : []),
  ]
}

function textKey({ agentId, kind, content }: Memory): string {
  const text = `${kind}\0${content.normalize('NFC').trim()}`
  return key('memory', 'text', agentId, createHash('sha256').update(text).digest('base64url'))
}
