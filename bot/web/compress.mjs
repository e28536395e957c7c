// Beside every text file of dist/ its gzip, so that the gateway serves it without work.
import { createReadStream, createWriteStream, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

for (const name of readdirSync('dist', { recursive: true })) {
  const path = join('dist', name)
  if (/\.(js|css|html|svg)$/.test(path) && statSync(path).size > 1000) {
    await pipeline(createReadStream(path), createGzip({ level: 9 }), createWriteStream(`${path}.gz`))
  }
}
