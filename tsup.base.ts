import type { Options } from 'tsup'

/** Options that every package builds with; declarations come from the native compiler, see CONTRIBUTING.md. */
export const base: Options = {
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  dts: false,
  sourcemap: true,
  clean: true,
  splitting: true,
  removeNodeProtocol: false,
}
