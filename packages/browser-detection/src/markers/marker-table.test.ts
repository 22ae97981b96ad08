import type { BlockReason } from '@agentic/worker-outcome'
import { expect, test } from 'vitest'
import { detectBlock, inspectPage, type PageSnapshot } from '../index.ts'
import type { Marker } from '../marker.ts'
import { matches } from '../match.ts'
import { readSnapshot } from '../reading.ts'
import { type MarkerRow, markerRows } from '../../test/marker-rows.ts'
import { genericDefences, namedDefences } from './index.ts'

const markers = new Map<string, { readonly marker: Marker; readonly reason: BlockReason }>(
  [...namedDefences, ...genericDefences].flatMap((defence) =>
    defence.markers.map((marker) => [
      `${defence.name}/${marker.id}`,
      { marker, reason: marker.reason ?? defence.reason },
    ]),
  ),
)

const rowsOf = (...strengths: readonly Marker['strength'][]): readonly MarkerRow[] =>
  markerRows.filter(([mark]) => strengths.includes(markerOf(mark).strength))

test('every mark has a row in the table', () => {
  expect(markerRows.map(([mark]) => mark).toSorted()).toEqual([...markers.keys()].toSorted())
})

test.for(markerRows)('sees %s on its own page and on no empty one', ([mark, partial]) => {
  expect(matches(markerOf(mark).look, readSnapshot(snapshotOf(partial), 524_288))).toBe(true)
  expect(matches(markerOf(mark).look, readSnapshot({ html: '<title>Shop</title><p>Welcome' }, 524_288))).toBe(false)
})

test.for(rowsOf('proof', 'wall'))('%s alone is a block', ([mark, partial, reason]) => {
  const detection = detectBlock(snapshotOf(partial))
  expect(detection?.reason).toEqual(reason ?? markers.get(mark)?.reason)
  expect(detection?.signals).toContain(markerOf(mark).says)
})

const isRefusalTitle = ([mark]: MarkerRow): boolean => mark.startsWith('generic-refusal/denied')

test.for(rowsOf('hint').filter((row) => row[1].status === undefined && !isRefusalTitle(row)))(
  '%s is a block only when the status refuses too',
  ([mark, partial, reason]) => {
    expect(detectBlock(snapshotOf(partial))).toBeUndefined()
    expect(detectBlock({ ...snapshotOf(partial), status: 403 })?.reason).toEqual(reason ?? markers.get(mark)?.reason)
  },
)

test.for(markerRows.filter(isRefusalTitle))(
  '%s needs a mark from another place, since applications refuse with the same words',
  ([, partial]) => {
    const ofHours = {
      ...snapshotOf(partial),
      html: `${partial.html}Our offices are open from nine to five.`,
      status: 403,
    }
    expect(detectBlock(ofHours)).toBeUndefined()
    const withNumber = { ...snapshotOf(partial), html: `${partial.html}Incident ID: 1234567890-ab`, status: 403 }
    expect(detectBlock(withNumber)?.reason).toEqual({ type: 'unknown' })
  },
)

test.for(rowsOf('counter'))('%s is an error and no block, whatever the status', ([mark, partial]) => {
  expect(detectBlock(snapshotOf(partial))).toBeUndefined()
  expect(detectBlock({ ...snapshotOf(partial), status: 403 })).toBeUndefined()
  expect(inspectPage(snapshotOf(partial)).counterSignals).toContain(markerOf(mark).says)
})

test.for(rowsOf('presence'))('%s is an advisory and no block', ([mark, partial]) => {
  expect(detectBlock(snapshotOf(partial))).toBeUndefined()
  expect(inspectPage(snapshotOf(partial)).advisories).toContain(markerOf(mark).says)
})

test.for(rowsOf('wall', 'hint').filter(([, { status }]) => status === undefined))(
  '%s on a page full of content is no block',
  ([, partial]) => {
    const content = '<article><p>Ash and steel turn heavy soil.</p><a href="/tools">Tools</a></article>'.repeat(150)
    expect(
      detectBlock({ ...snapshotOf(partial), html: `${partial.html ?? ''}${content}`, status: 200 }),
    ).toBeUndefined()
  },
)

function markerOf(mark: string): Marker {
  const entry = markers.get(mark)
  if (entry === undefined) throw new Error(`no marker ${mark}`)
  return entry.marker
}

function snapshotOf(partial: Partial<PageSnapshot>): PageSnapshot {
  return { html: '', ...partial }
}
