// Pictures that wait to be sent, in IndexedDB, so that a closed tab does not lose them; in memory where that is refused.

const NAME = 'qiantai'
const TABLE = 'pictures'
const memory = new Map<string, Blob>()
let opened: Promise<IDBDatabase | null> | null = null

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
      request.onsuccess = () => resolve(request.result)
      request.onerror = request.onblocked = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
  return opened
}

async function run<T>(mode: IDBTransactionMode, deed: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  const database = await open()
  if (!database) return null
  return new Promise((resolve) => {
    try {
      const request = deed(database.transaction(TABLE, mode).objectStore(TABLE))
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
}

export async function keepBlob(id: string, blob: Blob): Promise<void> {
  memory.set(id, blob)
  await run('readwrite', (table) => table.put(blob, id))
}

export async function keptBlob(id: string): Promise<Blob | null> {
  return memory.get(id) ?? (await run<Blob>('readonly', (table) => table.get(id) as IDBRequest<Blob>)) ?? null
}

export async function dropBlob(id: string): Promise<void> {
  memory.delete(id)
  await run('readwrite', (table) => table.delete(id))
}
