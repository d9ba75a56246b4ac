// Cold sync of hypercore: 50 authors, one log each, to a store that has none of them.
//
//   node hypercore.mjs FOLDER EVENTS     prints {"seconds", "memory", "cpu"} as JSON
//
// Two processes over TCP on the loopback interface, as with our own nodes. The clock
// runs from the connection until every event is stored, read back and counted, which
// is less than a fold with rules.

import { fork } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import Corestore from 'corestore'

const AUTHORS = 50
const TOGETHER = 1000
const BODY = 240

const events = Number(process.argv[3])
const each = Math.floor(events / AUTHORS)

function body (author, seq) {
  const event = { author, seq, kind: 'work.pledged', note: '' }
  event.note = 'x'.repeat(BODY - JSON.stringify(event).length)
  return Buffer.from(JSON.stringify(event))
}

async function serve (folder) {
  const store = new Corestore(join(folder, 'source'))
  const keys = []
  for (let author = 0; author < AUTHORS; author++) {
    const core = store.get({ name: `author ${author}` })
    await core.ready()
    for (let seq = core.length; seq < each; seq += TOGETHER) {
      const until = Math.min(seq + TOGETHER, each)
      const bodies = []
      for (let one = seq; one < until; one++) bodies.push(body(author, one))
      await core.append(bodies)
    }
    keys.push(core.key.toString('hex'))
  }
  const server = createServer(socket => {
    socket.pipe(store.replicate(false)).pipe(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, keys }))
}

async function take (folder, { port, keys }) {
  const store = new Corestore(join(folder, 'taker'))
  await store.ready()
  const before = process.cpuUsage()
  const started = process.hrtime.bigint()
  const socket = connect(port, '127.0.0.1')
  const stream = store.replicate(true)
  socket.pipe(stream).pipe(socket)
  let counted = 0
  await Promise.all(keys.map(async key => {
    const core = store.get({ key: Buffer.from(key, 'hex') })
    await core.ready()
    await core.download({ start: 0, end: each }).done()
    for (let seq = 0; seq < each; seq++) {
      const event = JSON.parse(await core.get(seq))
      if (event.seq === seq) counted++
    }
  }))
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (counted !== each * AUTHORS) throw new Error(`${counted} events arrived`)
  const used = process.cpuUsage(before)
  const cpu = (used.user + used.system) / 1e6
  const memory = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ seconds, memory, cpu }))
  process.exit(0)
}

if (process.argv[4] === 'serve') {
  await serve(process.argv[2])
} else {
  const source = fork(process.argv[1], [process.argv[2], process.argv[3], 'serve'])
  process.on('exit', () => source.kill())
  source.once('message', ready => take(process.argv[2], ready))
}
