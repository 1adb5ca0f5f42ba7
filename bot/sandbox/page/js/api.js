/** The sandbox's people's side over HTTP (docs: SANDBOX §2). Each call answers parsed JSON or throws `ApiError`. */

export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/sandbox/${path}`, options);
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(sentence(answer) ?? response.statusText, response.status);
  return answer;
}

function sentence(answer) {
  const found = answer?.detail ?? answer?.error ?? answer?.description ?? answer?.message;
  return typeof found === "string" ? found : null;
}

export const info = () => call("GET", "info");
export const people = () => call("GET", "people");
export const addPerson = (person) => call("POST", "people", person);
export const addGroup = (group) => call("POST", "groups", group);
export const chats = (personId) => call("GET", `chats?person=${personId}`);
export const messages = (chatId, after) => call("GET", `chats/${chatId}/messages?after=${after}`);
export const send = (chatId, message) => call("POST", `chats/${chatId}/messages`, message);
export const tap = (chatId, from, messageId, button) => call("POST", `chats/${chatId}/taps`, { from, message_id: messageId, button });
export const edit = (chatId, change) => call("POST", `chats/${chatId}/edits`, change);
export const remove = (chatId, from, messageId) => call("POST", `chats/${chatId}/deletions`, { from, message_id: messageId });
export const pin = (chatId, from, messageId, pinned) => call("POST", `chats/${chatId}/pins`, { from, message_id: messageId, pinned });
export const askInline = (chatId, from, query, offset) => call("POST", "inline", { from, chat_id: chatId, query, offset, whole: true });
export const pickInline = (chatId, from, resultId) => call("POST", "inline", { from, chat_id: chatId, result_id: resultId });
export const changeMember = (chatId, change) => call("POST", `groups/${chatId}/members`, change);
export const changeBot = (chatId, change) => call("POST", `groups/${chatId}/bot`, change);
export const migrate = (chatId) => call("POST", `groups/${chatId}/migrate`);
export const read = (chatId, from) => call("POST", `chats/${chatId}/read`, { from });
export const clock = () => call("GET", "clock");
export const advance = (step) => call("POST", "clock/advance", step);
