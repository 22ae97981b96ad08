/** What is asked of a span of the OpenTelemetry API. */
export interface Span {
  setAttribute(name: string, value: string | number | boolean | string[]): unknown
  setStatus(status: { code: 0 | 1 | 2; message?: string }): unknown
  end(): void
}

type SpanAttributes = Record<string, string | number | boolean | string[]>

/** What is asked of a tracer of the OpenTelemetry API: spans become children of the active one. */
export interface Tracer {
  startActiveSpan<Result>(
    name: string,
    options: { kind?: 0 | 1 | 2 | 3 | 4; attributes?: SpanAttributes },
    run: (span: Span) => Result,
  ): Result
}

const INTERNAL = 0
const CLIENT = 2
const ERROR = 2

/** Spans of a run, named by the conventions for generative AI. */
export interface RunTelemetry {
  span<Result>(
    kind: 'invoke_agent' | 'chat' | 'execute_tool',
    subject: string,
    attributes: SpanAttributes,
    work: (span: Span) => Promise<Result>,
  ): Promise<Result>
  /** What spans may have only when contents are wanted. */
  content(span: Span, name: string, value: () => string): void
}

const silentSpan: Span = { setAttribute: () => undefined, setStatus: () => undefined, end: () => undefined }

export function createRunTelemetry(
  options: { readonly tracer: Tracer; readonly recordContent?: boolean | undefined } | undefined,
  scrub: (text: string) => string,
): RunTelemetry {
  if (options === undefined)
    return { span: (_kind, _subject, _attributes, work) => work(silentSpan), content: () => undefined }
  return {
    span: (kind, subject, attributes, work) =>
      options.tracer.startActiveSpan(
        scrub(`${kind} ${subject}`),
        {
          kind: kind === 'chat' ? CLIENT : INTERNAL,
          attributes: scrubbed({ 'gen_ai.operation.name': kind, ...attributes }, scrub),
        },
        (span) => ended(span, work, scrub),
      ),
    content(span, name, value) {
      if (options.recordContent === true) span.setAttribute(name, scrub(value()))
    },
  }
}

/** Names of tools are the model's own words. */
function scrubbed(attributes: SpanAttributes, scrub: (text: string) => string): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]),
  )
}

async function ended<Result>(
  span: Span,
  work: (span: Span) => Promise<Result>,
  scrub: (text: string) => string,
): Promise<Result> {
  try {
    return await work(span)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    span.setAttribute('error.type', typeof code === 'string' ? code : error instanceof Error ? error.name : 'stopped')
    span.setStatus({ code: ERROR, ...(error instanceof Error ? { message: scrub(error.message) } : {}) })
    throw error
  } finally {
    span.end()
  }
}
