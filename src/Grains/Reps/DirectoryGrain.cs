using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Storage;

namespace Commission.Grains.Reps;

/// <summary>
/// A tenant's lists, read from the catalog page by page, and who reports to whom, by the silo's crediting rules; it
/// keeps nothing.
/// </summary>
public sealed class DirectoryGrain(ICatalog catalog, TenantRulesCache rules) : Grain, IDirectoryGrain
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <inheritdoc/>
    public async Task<Answer<ListRepsReply>> ListReps(ListRepsRequest request)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            return new Refusal(RefusalReason.InvalidField, "page_size",
                $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        var fields = new Fields();
        if (request.PageToken.Length > 0 && !fields.Slug("page_token", request.PageToken))
        {
            return fields.Refusals;
        }

        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var after = request.PageToken.Length == 0 ? null : request.PageToken;
        var entries = await catalog.ListAsync(
            this.GetPrimaryKeyString(), CatalogKinds.Rep, after, size, CancellationToken.None);
        var reply = new ListRepsReply { NextPageToken = entries.Count == size ? entries[^1].Id : "" };
        reply.Reps.AddRange(entries.Select(entry => Rep.Parser.ParseFrom(entry.Document.Span)));
        return reply;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsBelow(string manager, string rep) =>
        (await CreditingAsync()).IsBelow(manager, rep);

    /// <inheritdoc/>
    public async ValueTask<bool> HasTerritory(string rep, bool withTeam, string territory)
    {
        var crediting = await CreditingAsync();
        var members = crediting.MembersWithin(territory);
        return members.Count > 0 && members.All(member =>
            string.Equals(member, rep, StringComparison.Ordinal) || (withTeam && crediting.IsBelow(rep, member)));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsOnPlan(string rep, bool withTeam, string plan)
    {
        if (await IsOnPlanAsync(rep, plan))
        {
            return true;
        }

        foreach (var member in withTeam ? (await CreditingAsync()).Below(rep) : [])
        {
            if (await IsOnPlanAsync(member, plan))
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask<bool> IsOnPlanAsync(string rep, string plan)
    {
        var entry = await catalog.GetAsync(
            this.GetPrimaryKeyString(), CatalogKinds.Rep, rep, version: null, CancellationToken.None);
        return entry is not null
            && Rep.Parser.ParseFrom(entry.Document.Span).Assignments.Any(assignment => assignment.Plan == plan);
    }

    private async ValueTask<CreditingRules> CreditingAsync() =>
        (await rules.GetAsync(this.GetPrimaryKeyString())).Crediting;
}
