// Answers an invitation as a mail program does, with ical.js. Standard input: {file, attendee, partstat, comment}.
import ICAL from 'ical.js'
import { readFileSync } from 'node:fs'

const { file, attendee, partstat, comment } = JSON.parse(readFileSync(0, 'utf8'))
const calendar = new ICAL.Component(ICAL.parse(file))
const event = calendar.getFirstSubcomponent('vevent')
const own = event.getAllProperties('attendee').find(one => one.getFirstValue().toLowerCase() === `mailto:${attendee.toLowerCase()}`)

calendar.updatePropertyWithValue('method', 'REPLY')
calendar.updatePropertyWithValue('prodid', '-//A mail program//EN')
event.removeAllProperties('attendee')
event.removeAllSubcomponents('valarm')
own.setParameter('partstat', partstat)
own.removeParameter('rsvp')
event.addProperty(own)
event.updatePropertyWithValue('dtstamp', ICAL.Time.fromJSDate(new Date(), true))
if (comment) event.updatePropertyWithValue('comment', comment)
process.stdout.write(calendar.toString())
