import { LightningElement, api, wire } from 'lwc';
import { getRecord } from 'lightning/uiRecordApi';
import AMOUNT from '@salesforce/schema/Opportunity.Amount';
import CLOSE_DATE from '@salesforce/schema/Opportunity.CloseDate';
import estimate from '@salesforce/apex/CommissionApi.estimate';
import preview from '@salesforce/apex/CommissionApi.preview';

// Apex can't hold a stream open, so the estimate is asked for again while the component is shown.
const REFRESH_MS = 15000;

/** On an opportunity: what it would pay the user, and what the user has earned. */
export default class CommissionPreview extends LightningElement {
    @api recordId;
    pays;
    earned;
    period;
    problem;
    timer;

    connectedCallback() {
        this.refresh();
        this.timer = setInterval(() => this.refresh(), REFRESH_MS);
    }

    disconnectedCallback() {
        clearInterval(this.timer);
    }

    /** Asks anew whenever the amount or the close date is saved. */
    @wire(getRecord, { recordId: '$recordId', fields: [AMOUNT, CLOSE_DATE] })
    recordChanged({ data }) {
        if (data) {
            this.show(async () => {
                this.pays = money(JSON.parse(await preview({ opportunityId: this.recordId })).earned);
            });
        }
    }

    refresh() {
        return this.show(async () => {
            const figures = JSON.parse(await estimate());
            this.earned = money(figures.earned);
            this.period = figures.statement.name;
        });
    }

    async show(ask) {
        try {
            await ask();
            this.problem = undefined;
        } catch (error) {
            this.problem = error.body?.message ?? error.message;
        }
    }
}

/** '1,234.50 USD'. Digits are put together as text: binary floating point never touches money. */
function money({ currency, units, nanos }) {
    const whole = units.replace('-', '').replace(/\B(?=(\d{3})+$)/g, ',');
    const fraction = String(Math.abs(nanos)).padStart(9, '0').replace(/0{1,7}$/, '');
    return `${units.startsWith('-') || nanos < 0 ? '-' : ''}${whole}.${fraction} ${currency}`;
}
