// Starts @hocuspocus/server as its README says, everything as it is by default; with a DATABASE also
// @hocuspocus/extension-sqlite, otherwise in memory only. Usage: node hocuspocus.mjs PORT [DATABASE]

import { SQLite } from '@hocuspocus/extension-sqlite';
import { Server } from '@hocuspocus/server';

const [port, database] = process.argv.slice(2);
const server = new Server({
  address: '127.0.0.1',
  port: Number(port),
  quiet: true,
  extensions: database ? [new SQLite({ database })] : [],
});
await server.listen();
