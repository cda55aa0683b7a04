/** What this phone keeps: scans until they are answered, and who it is. IndexedDB outlives a reload and a dead battery. */

export interface KeptScan {
  client_id: string;
  text: string;
  /** On this phone's clock, milliseconds since 1970. */
  scanned_at: number;
  /** The server will never take it: kept, and not sent again. */
  refused?: boolean;
}

export interface PhoneEvent {
  event_id: string;
  name: string;
  starts_at: string;
  ends_at: string;
  time_zone: string;
  venue: string;
  gate: string;
  expires_at: string;
}

/** Who this phone is: the token that lets it in, and the event that it scans for. */
export interface Phone {
  token: string;
  gate: string;
  event: PhoneEvent | null;
}

const NAME = "handdruk-door";
const PHONE = "phone";

export class Queue {
  private constructor(private readonly database: IDBDatabase) {}

  static open(): Promise<Queue> {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("scans", { keyPath: "client_id" });
        asked.result.createObjectStore("phone");
      };
      asked.onsuccess = () => resolve(new Queue(asked.result));
      asked.onerror = () => reject(asked.error ?? new Error("storage"));
    });
  }

  /** Resolves once the scan is on the disk, and not before. */
  add(scan: KeptScan): Promise<unknown> {
    return this.write("scans", (store) => store.put(scan));
  }

  remove(clientId: string): Promise<unknown> {
    return this.write("scans", (store) => store.delete(clientId));
  }

  /** Scans that still have to be sent, the oldest first. */
  async waiting(): Promise<KeptScan[]> {
    const all = (await this.read("scans", (store) => store.getAll())) as KeptScan[];
    return all.filter((scan) => !scan.refused).sort((one, other) => one.scanned_at - other.scanned_at);
  }

  async phone(): Promise<Phone | undefined> {
    return (await this.read("phone", (store) => store.get(PHONE))) as Phone | undefined;
  }

  keepPhone(phone: Phone): Promise<unknown> {
    return this.write("phone", (store) => store.put(phone, PHONE));
  }

  private read(name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const asked = ask(this.database.transaction(name, "readonly").objectStore(name));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error("storage"));
    });
  }

  private write(name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
      const asked = ask(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("storage"));
    });
  }
}
