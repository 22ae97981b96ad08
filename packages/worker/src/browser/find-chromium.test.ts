import { expect, test, vi } from 'vitest'
import { findChromium } from './find-chromium.ts'

test('takes the one that it is told, and looks for no other', async () => {
  expect(await findChromium({ executablePath: '/bin/sh' })).toEqual({ executablePath: '/bin/sh' })
  vi.stubEnv('AGENTIC_CHROMIUM_PATH', '/bin/ls')
  expect(await findChromium()).toEqual({ executablePath: '/bin/ls' })
  vi.unstubAllEnvs()
})

test.for(['/no/such/chromium', 'chromium'])('says how to mend the path %s', async (executablePath) => {
  await expect(findChromium({ executablePath })).rejects.toMatchObject({
    code: 'CHROMIUM_MISSING',
    message: `${executablePath} is not the absolute path of an executable: mend executablePath or AGENTIC_CHROMIUM_PATH`,
  })
})
