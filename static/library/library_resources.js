// The form of a library resource: shows the fields of the chosen type, sends pictures straight to the store with their
// progress, and sorts the gallery by dragging or by buttons. What is posted is the list of files, as JSON.
'use strict'
;(() => {
  const SINGLE = new Set(['original', 'thumbnail'])

  document.addEventListener('DOMContentLoaded', () => {
    for (const root of document.querySelectorAll('[data-library-files]')) new Files(root)
  })

  class Files {
    constructor(root) {
      this.root = root
      this.facts = JSON.parse(root.dataset.facts)
      this.input = root.querySelector('input[type=hidden]')
      this.list = root.querySelector('[data-list]')
      this.status = root.querySelector('[data-status]')
      this.entries = JSON.parse(this.input.value || '[]')
      this.sending = 0
      this.form = root.closest('form')
      this.type = this.form.querySelector('select[name=type]')
      this.type?.addEventListener('change', () => this.showFields())
      this.showFields()
      for (const picker of root.querySelectorAll('input[type=file]')) {
        picker.addEventListener('change', () => {
          for (const file of picker.files) this.send(file, picker.dataset.role)
          picker.value = ''
        })
      }
      this.form.addEventListener('submit', (event) => {
        if (!this.sending) return
        event.preventDefault()
        this.say('Wait until every file is uploaded.')
      })
      this.draw()
    }

    showFields() {
      if (!this.type) return this.hideEmpty()
      const own = this.facts.fields[this.type.value] ?? []
      for (const name of new Set(Object.values(this.facts.fields).flat())) this.toggle(name, own.includes(name))
    }

    // The type of one that exists is fixed, so its fields are those that are filled in.
    hideEmpty() {
      const names = new Set(Object.values(this.facts.fields).flat())
      for (const name of names) this.toggle(name, Boolean(this.form.elements[name]?.value))
    }

    toggle(name, shown) {
      const field = this.form.elements[name]
      const row = field?.closest(`.field-${name}`) ?? field?.closest('.form-row')
      if (row) row.hidden = !shown
      if (row) row.style.display = shown ? '' : 'none'
    }

    say(text) {
      this.status.textContent = text
    }

    async send(file, role) {
      const entry = { role, picture: URL.createObjectURL(file), progress: 0 }
      if (SINGLE.has(role)) this.entries = this.entries.filter((other) => other.role !== role)
      this.entries.push(entry)
      this.sending += 1
      this.draw()
      try {
        const session = await this.open(file, role)
        await this.put(session, file, (part) => {
          entry.progress = part
          if (entry.bar) entry.bar.value = part
        })
        Object.assign(entry, { id: session.id, new: true })
        this.say(`${file.name} is uploaded; save to keep it.`)
      } catch (error) {
        this.entries = this.entries.filter((other) => other !== entry)
        this.say(`${file.name}: ${error.message}`)
      }
      delete entry.progress
      this.sending -= 1
      this.draw()
    }

    async open(file, role) {
      const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': this.facts.csrf }
      const organization = this.form.elements.organization?.value || this.facts.organization
      if (organization) headers['X-Organization'] = organization
      const said = { role, filename: file.name, content_type: file.type, size: file.size }
      const body = { files: [said], ...(this.type?.value ? { type: this.type.value } : {}) }
      const answer = await fetch(`${this.facts.api}library-resources/presign/`, {
        method: 'POST', headers, body: JSON.stringify(body), credentials: 'same-origin',
      })
      const data = await answer.json()
      if (!answer.ok) throw new Error(data.errors?.[0]?.detail ?? 'It was refused.')
      return data.files[0]
    }

    put(session, file, report) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest()
        request.open(session.method, session.url)
        for (const [name, value] of Object.entries(session.headers)) {
          if (!['content-length', 'host'].includes(name.toLowerCase())) request.setRequestHeader(name, value)
        }
        request.upload.onprogress = (event) => report(event.loaded / event.total)
        request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`It was refused (${request.status}).`)))
        request.onerror = () => reject(new Error('The connection broke. Try again.'))
        request.send(file)
      })
    }

    draw() {
      const kept = this.entries.filter((entry) => entry.id)
      this.input.value = JSON.stringify(kept.map(({ id, role, picture, ...rest }) => {
        return { id, role, picture: picture.startsWith('blob:') ? '' : picture, new: Boolean(rest.new) }
      }))
      this.list.replaceChildren(...this.entries.map((entry) => this.item(entry)))
    }

    item(entry) {
      const item = document.createElement('li')
      const picture = document.createElement('img')
      picture.alt = ''
      if (entry.picture) picture.src = entry.picture
      const label = document.createElement('span')
      label.textContent = entry.role
      item.append(picture, label)
      if (entry.progress !== undefined) {
        entry.bar = document.createElement('progress')
        entry.bar.setAttribute('aria-label', 'Uploading')
        entry.bar.value = entry.progress
        item.append(entry.bar)
      }
      if (entry.role === 'gallery') this.makeSortable(item, entry)
      return item
    }

    makeSortable(item, entry) {
      item.draggable = true
      item.addEventListener('dragstart', () => {
        this.dragged = entry
        item.classList.add('is-dragged')
      })
      item.addEventListener('dragend', () => item.classList.remove('is-dragged'))
      item.addEventListener('dragover', (event) => event.preventDefault())
      item.addEventListener('drop', (event) => {
        event.preventDefault()
        if (this.dragged && this.dragged !== entry) this.move(this.dragged, this.entries.indexOf(entry))
      })
      const button = (text, label, act) => {
        const made = document.createElement('button')
        made.type = 'button'
        made.textContent = text
        made.setAttribute('aria-label', label)
        made.addEventListener('click', act)
        item.append(made, ' ')
      }
      button('←', 'Earlier', () => this.move(entry, this.entries.indexOf(entry) - 1))
      button('→', 'Later', () => this.move(entry, this.entries.indexOf(entry) + 1))
      button('✕', 'Remove', () => {
        this.entries = this.entries.filter((other) => other !== entry)
        this.draw()
      })
    }

    move(entry, place) {
      if (place < 0 || place >= this.entries.length) return
      this.entries = this.entries.filter((other) => other !== entry)
      this.entries.splice(place, 0, entry)
      this.draw()
    }
  }
})()
