// Calls one service by the client that was made for it, as standard input asks; prints what came of it.
import * as intake from './intake';
import { createClient, createConfig, type Client } from './intake/client';
import * as mra_exchange from './mra_exchange';
import * as review from './review';
import * as risk from './risk';
import * as site_validation from './site_validation';

declare const process: { argv: string[] };

interface Asked {
    service: keyof typeof services;
    url: string;
    token: string;
    operations: string[];
    upload: { company_id: string; name: string; file: string } | null;
}

interface Answer {
    response?: Response;
    error?: unknown;
}

const services = { intake, mra_exchange, review, risk, site_validation };

function clientOf({ url }: Asked, token: string): Client {
    return createClient(createConfig({ baseUrl: url, auth: token }));
}

async function statuses(asked: Asked, client: Client): Promise<Record<string, number | undefined>> {
    const operations = services[asked.service] as unknown as Record<string, (options: object) => Promise<Answer>>;
    const answered = asked.operations.map(async (name) => [name, (await operations[name]({ client })).response?.status]);
    return Object.fromEntries(await Promise.all(answered));
}

async function filed(client: Client, { company_id, name, file }: NonNullable<Asked['upload']>): Promise<string | undefined> {
    const body = await (await fetch(`data:;base64,${file}`)).blob();
    const { data: receipt } = await intake.uploadDocument({
        client, body: new Blob([body]), path: { company_id }, query: { kind: 'evidence', name },
    });
    if (!receipt?.id) return undefined;
    const { data: opened } = await intake.openDocument({ client, path: { document_id: receipt.id }, parseAs: 'blob' });
    return opened && btoa(String.fromCharCode(...new Uint8Array(await (opened as Blob).arrayBuffer())));
}

async function refusal(asked: Asked): Promise<string | undefined> {
    const { error } = await services[asked.service].listParked({ client: clientOf(asked, 'nobody') });
    return error?.code;
}

async function main(asked: Asked): Promise<void> {
    const client = clientOf(asked, asked.token);
    console.log(JSON.stringify({
        statuses: await statuses(asked, client),
        refusal: await refusal(asked),
        file: asked.upload && await filed(client, asked.upload),
    }));
}

void main(JSON.parse(process.argv[2]));
