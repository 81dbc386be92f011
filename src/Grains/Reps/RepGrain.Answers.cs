using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;

namespace Commission.Grains.Reps;

/// <content>Single assignments, and what teams and boards ask.</content>
public sealed partial class RepGrain
{
    /// <inheritdoc/>
    public async Task<Answer<AssignReply>> Assign(AssignRequest request)
    {
        Invariant.Holds(request.Rep == _id, $"payee {request.Rep} was sent to the grain of {_id}");
        try
        {
            return await AssignAsync(request);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Answer<TeamMember>> GetPace(string? on)
    {
        var fields = new Fields();
        var day = on is null ? services.Calendar.Today : fields.Day("on", on) ?? default;
        if (_documents.Payee is null || fields.Refused)
        {
            return new(fields.Refused ? fields.Refusals : Unknown());
        }

        return new(Paces.Of(_documents.Payee, _figures, day, _journal.Sequence));
    }

    /// <inheritdoc/>
    public ValueTask<Answer<Measured>> Measure(MeasureRequest request)
    {
        var fields = new Fields();
        var day = fields.Day("on", request.On) ?? default;
        if (_documents.Payee is null || fields.Refused)
        {
            return new(fields.Refused ? fields.Refusals : Unknown());
        }

        if (request.KnownSequence == _journal.Sequence && request.KnownSequence > 0)
        {
            return new(new Measured { Unchanged = true, Sequence = _journal.Sequence });
        }

        var answer = Measures.Of(_documents.Payee, _figures.Books, request, day);
        answer.Value?.Sequence = _journal.Sequence;
        return new(answer);
    }

    private async Task<Answer<AssignReply>> AssignAsync(AssignRequest request)
    {
        var entry = await services.Catalog.GetAsync(_tenant, CatalogKinds.Rep, _id, null, CancellationToken.None);
        if (entry is null)
        {
            return Unknown();
        }

        var refusals = await Assigning.CheckAsync(
            _id, request.Assignment, services.Plans, await services.Rules.CurrentAsync(_tenant), _tenant);
        if (refusals.Count > 0)
        {
            return new Answer<AssignReply>(null, [.. refusals]);
        }

        var assigned = Assigning.Put(
            Rep.Parser.ParseFrom(entry.Document.Span), request.Assignment, request.Overlap);
        return assigned.Value is { } rep
            ? await StoreAsync(rep, entry, request.Version)
            : new Answer<AssignReply>(null, assigned.Refusals);
    }

    /// <summary>Stores a document in place of the one that it was made of.</summary>
    /// <param name="rep">The document.</param>
    /// <param name="before">That one.</param>
    /// <param name="known">The version that the caller has read; 0: any.</param>
    private async Task<Answer<AssignReply>> StoreAsync(Rep rep, CatalogEntry before, long known)
    {
        var bytes = RepDocuments.ToBytes(rep);
        if (known != 0 && known != before.Version && !before.Document.Span.SequenceEqual(bytes))
        {
            return Changed("version", before.Version);
        }

        var put = await services.Catalog.PutAsync(
            _tenant, CatalogKinds.Rep, _id, before.Version, bytes, CancellationToken.None);
        if (put is CatalogPutResult.VersionConflict conflict)
        {
            return Changed("", conflict.ActualVersion);
        }

        var (version, sequence, isRepeat) = CatalogOutcome.Of(put);
        await ReloadAsync();
        // Whom it reports to is as before: recorded deals are credited as they are.
        await services.Rules.GetAsync(_tenant, sequence);
        var reply = new AssignReply { Version = version, Repeat = isRepeat };
        reply.Assignments.AddRange(rep.Assignments.OrderBy(part => part.From, StringComparer.Ordinal));
        return reply;
    }

    private Refusal Changed(string field, long version) => new(RefusalReason.ConcurrentChange, field,
        $"The document of '{_id}' was changed: it is at version {version}. Read it, and try again.");
}
