// Reads calendar files with ical.js, as Thunderbird does. Standard input: a JSON list of files; output: what they say.
import ICAL from 'ical.js'
import { readFileSync } from 'node:fs'

const files = JSON.parse(readFileSync(0, 'utf8'))

function moment (time) {
  return { local: time.toString(), zone: time.zone.tzid, instant: time.toJSDate().toISOString() }
}

function readEvent (component) {
  const event = new ICAL.Event(component)
  return {
    uid: event.uid,
    sequence: event.sequence,
    start: moment(event.startDate),
    end: moment(event.endDate),
    status: component.getFirstPropertyValue('status'),
    summary: event.summary,
    description: event.description,
    location: event.location,
    geo: component.getFirstPropertyValue('geo'),
    categories: component.getFirstProperty('categories')?.getValues() ?? [],
    transparency: component.getFirstPropertyValue('transp'),
    busy: component.getFirstPropertyValue('x-microsoft-cdo-busystatus'),
    url: component.getFirstPropertyValue('url'),
    organizer: event.organizer,
    organizerName: component.getFirstProperty('organizer').getParameter('cn'),
    attendees: event.attendees.map(one => ({
      address: one.getFirstValue(), name: one.getParameter('cn'), rsvp: one.getParameter('rsvp'), partstat: one.getParameter('partstat')
    })),
    alarms: component.getAllSubcomponents('valarm').map(one => one.getFirstPropertyValue('trigger').toString())
  }
}

function read (text) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  return {
    method: calendar.getFirstPropertyValue('method'),
    name: calendar.getFirstPropertyValue('x-wr-calname'),
    refresh: calendar.getFirstPropertyValue('refresh-interval')?.toString(),
    events: calendar.getAllSubcomponents('vevent').map(readEvent)
  }
}

process.stdout.write(JSON.stringify(files.map(read)))
