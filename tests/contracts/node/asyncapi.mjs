// Prints what the parser of AsyncAPI finds wrong in a document on standard input, but for advice (severity 2 and 3).
import { text } from 'node:stream/consumers'
import { Parser } from '@asyncapi/parser'

const { diagnostics } = await new Parser().parse(await text(process.stdin))
const wrong = diagnostics.filter(({ severity }) => severity < 2)
console.log(JSON.stringify(wrong.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`)))
