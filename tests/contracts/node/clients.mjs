// Makes a client of the OpenAPI document of each service named, beside the document.
import { join } from 'node:path'
import { createClient } from '@hey-api/openapi-ts'

const [, directory, ...services] = process.argv
await createClient(services.map((service) => ({
  input: join(directory, `${service}.json`),
  output: join(directory, service),
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
})))
