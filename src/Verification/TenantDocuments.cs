using System.Collections.Immutable;
using System.Text;
using Commission.Engine;
using Commission.Mapping;
using Commission.Storage;
using Api = Commission.Contracts.V1;

namespace Commission.Verification;

/// <summary>
/// A tenant's documents as they stand: who is credited, and by which plans. Filled by one thread; then read by many.
/// </summary>
internal sealed class TenantDocuments
{
    private readonly Dictionary<string, (long Sequence, ReadOnlyMemory<byte> Document)> _reps =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, Territory> _territories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _managers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PublishedVersions> _plans = new(StringComparer.Ordinal);
    private long _changed;
    private bool _stale;

    /// <summary>Of the last document taken; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>Crediting by the documents as they stand; its version is the last change that can alter how a recorded
    /// deal is credited.</summary>
    public CreditingRules Rules { get; private set; } = CreditingRules.OwnersOnly;

    /// <summary>The currency rates.</summary>
    public RateSheets Rates { get; private set; } = RateSheets.None;

    /// <summary>Every payee that was ever put.</summary>
    public IEnumerable<string> Reps => _reps.Keys;

    /// <summary>Every territory that was ever put.</summary>
    public IEnumerable<string> Territories => _territories.Keys;

    /// <summary>Takes the next version of a document.</summary>
    public void Take(CatalogEntry entry)
    {
        Sequence = entry.Sequence;
        switch (entry.Kind)
        {
            case "rep":
                _reps[entry.Id] = (entry.Sequence, entry.Document);
                TakeManager(entry);
                break;
            case "territory":
                _territories[entry.Id] = TerritoryMapping.ToRecordedTerritory(
                    Api.Territory.Parser.ParseFrom(entry.Document.Span));
                (_changed, _stale) = (entry.Sequence, true);
                break;
            case "plan":
                TakePlan(entry);
                break;
            case RateSheets.Kind:
                Rates = Rates.With(
                    [RateSheetEntry.Of(entry.Sequence, entry.RecordedAt, entry.Document.Span)]);
                break;
            default:
                throw new UnverifiableException($"The catalog has a document of the unknown kind '{entry.Kind}'.");
        }
    }

    /// <summary>Makes <see cref="Rules"/> those of the documents taken.</summary>
    public void Complete()
    {
        if (_stale)
        {
            (Rules, _stale) = (new CreditingRules(_changed, _territories.Values, _managers, []), false);
        }
    }

    /// <summary>A payee's time on plans, in order of dates; empty for an unknown payee.</summary>
    public ImmutableArray<PlanAssignment> AssignmentsOf(string rep)
    {
        if (!_reps.TryGetValue(rep, out var put))
        {
            return [];
        }

        var fields = new Fields();
        var assignments = RepMapping.ToAssignments(Api.Rep.Parser.ParseFrom(put.Document.Span), fields);
        return fields.Refused
            ? throw new UnverifiableException($"The document of payee '{rep}' is not valid: {fields.Refusals[0]}.")
            : [.. assignments.Select(assignment => new PlanAssignment(assignment, VersionsOf(assignment.Plan)))];
    }

    /// <summary>Of the last change to a payee's document or to one of its plans.</summary>
    public long SequenceOf(string rep, IEnumerable<PlanAssignment> assignments) => assignments
        .Select(assignment => _plans.GetValueOrDefault(assignment.Assignment.Plan)?.Sequence ?? 0)
        .Append(_reps.GetValueOrDefault(rep).Sequence)
        .Max();

    /// <summary>Whether rates that came after a change would count any of these credits otherwise.</summary>
    public bool HaveNewerRates(
        ImmutableArray<PlanAssignment> assignments, IEnumerable<DealCredit> credits, long since)
    {
        if (since >= Rates.Sequence)
        {
            return false;
        }

        var then = Rates.At(since);
        var currencies = assignments.SelectMany(assigned => assigned.Versions)
            .Select(plan => plan.Currency.Code).Distinct(StringComparer.Ordinal).ToList();
        return credits.Any(credit => credit.Deal.Currency is { } own && currencies.Exists(plan =>
            then.Find(own, plan, credit.Deal.Credited) != Rates.Latest.Find(own, plan, credit.Deal.Credited)));
    }

    private ImmutableArray<Plan> VersionsOf(string plan) => _plans.GetValueOrDefault(plan)?.Versions ?? [];

    private void TakeManager(CatalogEntry entry)
    {
        var rep = Api.Rep.Parser.ParseFrom(entry.Document.Span);
        if (rep.Manager == _managers.GetValueOrDefault(rep.Rep_, ""))
        {
            return;
        }

        // A new payee owns no recorded deal: the credits of those stay what they are.
        (_changed, _stale) = (entry.Version > 1 ? entry.Sequence : _changed, true);
        if (rep.Manager.Length == 0)
        {
            _managers.Remove(rep.Rep_);
        }
        else
        {
            _managers[rep.Rep_] = rep.Manager;
        }
    }

    private void TakePlan(CatalogEntry entry)
    {
        var parsed = PlanFormat.ParsePlan(Encoding.UTF8.GetString(entry.Document.Span));
        if (!parsed.IsValid)
        {
            throw new UnverifiableException($"Version {entry.Version} of the plan '{entry.Id}' is not valid.");
        }

        if (!_plans.TryGetValue(entry.Id, out var plan))
        {
            _plans.Add(entry.Id, plan = new PublishedVersions());
        }

        plan.Take(parsed.Value!, entry.Sequence);
    }

    /// <summary>Of two publications for the same day the later stands.</summary>
    private sealed class PublishedVersions
    {
        private readonly SortedDictionary<DateOnly, Plan> _byDay = [];

        public ImmutableArray<Plan> Versions { get; private set; } = [];

        public long Sequence { get; private set; }

        public void Take(Plan version, long sequence)
        {
            _byDay[version.Effective] = version;
            (Versions, Sequence) = ([.. _byDay.Values], sequence);
        }
    }
}

/// <summary>The log or the documents themselves can't be read as what they are: nothing can be said.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Without a reason it is useless.")]
public sealed class UnverifiableException(string message) : Exception(message);
