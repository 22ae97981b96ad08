import { constants } from 'node:fs'
import { type FileHandle, readdir } from 'node:fs/promises'
import * as v from 'valibot'
import { openFile, openFolder, partsInside, pathError } from '../workspace-path.ts'
import { defineTool, type RunTool, ToolError } from './run-tool.ts'

const { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants

/** Largest file that is read or edited as a whole, in bytes. */
const FILE_MAX_BYTES = 10 * 1024 * 1024
const DEFAULT_LINES = 2000
const MAX_ENTRIES = 500
const MAX_DEPTH = 5

const path = v.pipe(v.string(), v.minLength(1), v.description('Path in the workspace'))

/** Reads and writes files of one workspace, and nothing outside it, whatever links lead there; nothing but regular files is opened. */
export function createFileTools(workspace: string): readonly RunTool[] {
  return [
    defineTool({
      name: 'read_file',
      description: `Reads a text file, its lines numbered from 1. At most ${DEFAULT_LINES} lines at a time: use fromLine and lines for more.`,
      input: v.strictObject({
        path,
        fromLine: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
        lines: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(DEFAULT_LINES))),
      }),
      async execute({ path, fromLine = 1, lines = DEFAULT_LINES }) {
        await using file = await openFile(workspace, path, O_RDONLY)
        const all = (await textOf(file, path)).split('\n')
        const shown = all.slice(fromLine - 1, fromLine - 1 + lines)
        const text = shown.map((line, index) => `${fromLine + index}\t${line}`).join('\n')
        const left = all.length - (fromLine - 1 + shown.length)
        return left > 0 ? `${text}\n[${left} more lines: go on with fromLine ${fromLine + shown.length}]` : text
      },
    }),
    defineTool({
      name: 'write_file',
      description: 'Writes a whole file, made with its folders if it is not there; what was in it is replaced.',
      input: v.strictObject({ path, content: v.pipe(v.string(), v.maxBytes(FILE_MAX_BYTES)) }),
      async execute({ path, content }) {
        await using file = await openFile(workspace, path, O_WRONLY | O_CREAT | O_TRUNC, { make: true })
        await file.writeFile(content)
        return `wrote ${Buffer.byteLength(content)} bytes`
      },
    }),
    defineTool({
      name: 'edit_file',
      description:
        'Replaces a text in a file by another. The old text must be in it exactly once, or give replaceAll. Line numbers are no part of it.',
      input: v.strictObject({
        path,
        oldText: v.pipe(v.string(), v.minLength(1)),
        newText: v.string(),
        replaceAll: v.optional(v.boolean()),
      }),
      async execute({ path, oldText, newText, replaceAll = false }) {
        await using file = await openFile(workspace, path, O_RDWR)
        const [before, ...pieces] = (await textOf(file, path)).split(oldText)
        if (pieces.length === 0)
          throw new ToolError('oldText: is not in the file: read it and give the text as it is there')
        if (pieces.length > 1 && !replaceAll) {
          throw new ToolError(
            `oldText: is ${pieces.length} times in the file: give more of what is around it, or replaceAll`,
          )
        }
        const edited = Buffer.from([before, ...pieces].join(newText))
        await file.truncate(0)
        await file.write(edited, 0, edited.length, 0)
        return `replaced ${pieces.length} time${pieces.length === 1 ? '' : 's'}`
      },
    }),
    defineTool({
      name: 'list_files',
      description: `Lists a folder, at most ${MAX_ENTRIES} entries: folders end in /, links in @.`,
      input: v.strictObject({
        path: v.optional(
          v.pipe(v.string(), v.description('Folder in the workspace; the workspace itself when not said')),
        ),
        depth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_DEPTH))),
      }),
      async execute({ path = '.', depth = 1 }) {
        const parts = partsInside(workspace, path)
        const entries = await entriesOf(workspace, parts, depth, MAX_ENTRIES + 1)
        if (entries.length === 0) return 'the folder is empty'
        const shown = entries.slice(0, MAX_ENTRIES).join('\n')
        return entries.length > MAX_ENTRIES ? `${shown}\n[there are more: list a folder in it]` : shown
      },
    }),
  ]
}

async function textOf(file: FileHandle, path: string): Promise<string> {
  const { size } = await file.stat()
  if (size > FILE_MAX_BYTES) {
    throw new ToolError(
      `path: ${path} has ${size} bytes, more than ${FILE_MAX_BYTES}: look at parts of it with the shell`,
    )
  }
  // Read through a buffer of its own size: a file that grows meanwhile is not read further.
  const buffer = Buffer.alloc(size)
  const { bytesRead } = await file.read(buffer, 0, size, 0)
  const bytes = buffer.subarray(0, bytesRead)
  if (bytes.includes(0)) throw new ToolError(`path: ${path} is no text: it has NUL bytes, and ${size} bytes in all`)
  return bytes.toString()
}

async function entriesOf(workspace: string, parts: readonly string[], depth: number, most: number): Promise<string[]> {
  await using folder = await openFolder(workspace, parts, { make: parts.length === 0 })
  const entries = await readdir(folder.path, { withFileTypes: true }).catch((error: unknown) => {
    throw pathError(error, parts)
  })
  const listed: string[] = []
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (listed.length >= most) break
    listed.push(entry.isDirectory() ? `${entry.name}/` : entry.isSymbolicLink() ? `${entry.name}@` : entry.name)
    if (!entry.isDirectory() || depth === 1) continue
    const below = await entriesOf(workspace, [...parts, entry.name], depth - 1, most - listed.length).catch(() => [])
    listed.push(...below.map((name) => `${entry.name}/${name}`))
  }
  return listed
}
