using System.Text;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Mapping;
using Commission.Storage;

namespace Commission.Grains.Plans;

/// <summary>One plan: validates and publishes its versions, and has the payees on it recomputed.</summary>
public sealed class PlanGrain(ICatalog catalog) : Grain, IPlanGrain
{
    private const int LongestText = 256 * 1024;
    private const int PageSize = 200;

    /// <inheritdoc/>
    public ValueTask<ValidatePlanReply> Validate(string text)
    {
        var parsed = Parse(text);
        var reply = new ValidatePlanReply { Valid = parsed.IsValid };
        reply.Problems.AddRange(parsed.Problems.Select(problem => problem.ToApi()));
        if (parsed.IsValid)
        {
            (reply.Plan, reply.Effective) = (parsed.Value!.Id, parsed.Value.Effective.ToText());
        }

        return new(reply);
    }

    /// <inheritdoc/>
    public async Task<Answer<PublishedPlan>> Publish(string text)
    {
        var (tenant, id) = GrainKeys.Split(this.GetPrimaryKeyString());
        var parsed = Parse(text);
        if (!parsed.IsValid)
        {
            return parsed.Problems.ToRefusals(RefusalReason.PlanInvalid, "text");
        }

        Invariant.Holds(parsed.Value!.Id == id, $"plan {parsed.Value.Id} was sent to the grain of {id}");
        try
        {
            return await PublishAsync(tenant, id, text);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<PublishedPlan>> Get(long version)
    {
        var (tenant, id) = GrainKeys.Split(this.GetPrimaryKeyString());
        var entry = await catalog.GetAsync(
            tenant, CatalogKinds.Plan, id, version == 0 ? null : version, CancellationToken.None);
        return entry is null
            ? new Refusal(RefusalReason.UnknownPlan, "plan",
                version == 0 ? $"No plan '{id}' was published." : $"Plan '{id}' has no version {version}.")
            : ToApi(id, entry.Version, Encoding.UTF8.GetString(entry.Document.Span), isRepeat: false);
    }

    private static Parsed<Plan> Parse(string text) => text.Length <= LongestText
        ? PlanFormat.ParsePlan(text)
        : new Parsed<Plan>(null, [new Problem(ProblemSeverity.Error, "", 1, 1,
            $"The document has {text.Length} characters: expected at most {LongestText}.", null)]);

    private static PublishedPlan ToApi(string id, long version, string text, bool isRepeat)
    {
        var parsed = PlanFormat.ParsePlan(text);
        var reply = new PublishedPlan
        {
            Plan = id,
            Version = version,
            Effective = parsed.Value!.Effective.ToText(),
            Text = text,
            Repeat = isRepeat,
        };
        reply.Warnings.AddRange(parsed.Problems.Select(problem => problem.ToApi()));
        return reply;
    }

    private async Task<PublishedPlan> PublishAsync(string tenant, string id, string text)
    {
        var put = await catalog.PutAsync(
            tenant, CatalogKinds.Plan, id, null, Encoding.UTF8.GetBytes(text), CancellationToken.None);
        // Also after a repeat: the first attempt may have failed between the two steps.
        await TellRepsAsync(tenant, id);
        var (version, _, isRepeat) = CatalogOutcome.Of(put);
        return ToApi(id, version, text, isRepeat);
    }

    private async Task TellRepsAsync(string tenant, string plan)
    {
        string? after = null;
        IReadOnlyList<CatalogEntry> page;
        do
        {
            page = await catalog.ListAsync(tenant, CatalogKinds.Rep, after, PageSize, CancellationToken.None);
            await Task.WhenAll(page
                .Where(entry => Rep.Parser.ParseFrom(entry.Document.Span).Assignments.Any(on => on.Plan == plan))
                .Select(entry => GrainFactory.GetGrain<IRepGrain>(GrainKeys.Of(tenant, entry.Id)).PlanPublished(plan)));
            after = page.Count > 0 ? page[^1].Id : after;
        }
        while (page.Count == PageSize);
    }
}
