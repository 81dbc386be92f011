using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Territories;
using Commission.Storage;
using Rep = Commission.Contracts.V1.Rep;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Grains.Reps;

/// <summary>
/// A tenant's lists, read from the catalog page by page, and who reports to whom, by the silo's crediting rules; it
/// keeps nothing.
/// </summary>
public sealed class DirectoryGrain(ICatalog catalog, TenantRulesCache rules, BusinessCalendar calendar)
    : Grain, IDirectoryGrain
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <inheritdoc/>
    public async Task<Answer<ListRepsReply>> ListReps(ListRepsRequest request)
    {
        var fields = new Fields();
        var entries = await PageAsync(CatalogKinds.Rep, request.PageSize, request.PageToken, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var reply = new ListRepsReply { NextPageToken = NextOf(entries, request.PageSize) };
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

        foreach (var member in withTeam ? (await CreditingAsync()).Below(rep, int.MaxValue) : [])
        {
            if (await IsOnPlanAsync(member.Rep, plan))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsInTerritory(string rep, bool withTeam, string territory)
    {
        var crediting = await CreditingAsync();
        var members = crediting.MembersWithin(territory, calendar.Today);
        return members.Contains(rep) || (withTeam && members.Any(member => crediting.IsBelow(rep, member)));
    }

    /// <inheritdoc/>
    public async Task<Answer<TeamList>> Team(string manager, int depth, int most)
    {
        var known = await rules.CurrentAsync(this.GetPrimaryKeyString());
        if (!known.Reps.Contains(manager))
        {
            return new Refusal(RefusalReason.UnknownRep, "rep", $"No payee has the id '{manager}'.");
        }

        var team = new TeamList();
        team.Members.AddRange(known.Crediting.Below(manager, depth).Take(most + 1).Select(
            one => new Subordinate { Rep = one.Rep, Manager = one.Manager, Level = one.Level }));
        return team.Members.Count <= most
            ? team
            : new Refusal(RefusalReason.InvalidField, "depth",
                $"More than {most} payees report to '{manager}' on these levels: ask for less depth.");
    }

    /// <inheritdoc/>
    public async Task<Answer<ListTerritoriesReply>> ListTerritories(ListTerritoriesRequest request)
    {
        var fields = new Fields();
        var entries = await PageAsync(CatalogKinds.Territory, request.PageSize, request.PageToken, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var reply = new ListTerritoriesReply { NextPageToken = NextOf(entries, request.PageSize) };
        reply.Territories.AddRange(entries.Select(entry => Territory.Parser.ParseFrom(entry.Document.Span)));
        return reply;
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<TreePage>> Tree(TerritoryTreeRequest request) =>
        TerritoryLists.Tree((await CreditingAsync()).Territories, request);

    /// <inheritdoc/>
    public async ValueTask<Answer<TerritoryMembersReply>> Members(TerritoryMembersRequest request) =>
        TerritoryLists.Members((await CreditingAsync()).Territories, request, calendar.Today);

    private static string NextOf(IReadOnlyList<CatalogEntry> entries, int size) =>
        entries.Count == (size == 0 ? DefaultPage : size) ? entries[^1].Id : "";

    private async Task<IReadOnlyList<CatalogEntry>> PageAsync(string kind, int size, string token, Fields fields)
    {
        fields.Page(size, LargestPage);
        if (fields.Refused || (token.Length > 0 && !fields.Slug("page_token", token)))
        {
            return [];
        }

        return await catalog.ListAsync(
            this.GetPrimaryKeyString(), kind, token.Length == 0 ? null : token, size == 0 ? DefaultPage : size,
            CancellationToken.None);
    }

    private async ValueTask<bool> IsOnPlanAsync(string rep, string plan)
    {
        var entry = await catalog.GetAsync(
            this.GetPrimaryKeyString(), CatalogKinds.Rep, rep, version: null, CancellationToken.None);
        return entry is not null
            && Rep.Parser.ParseFrom(entry.Document.Span).Assignments.Any(assignment => assignment.Plan == plan);
    }

    private async ValueTask<CreditingRules> CreditingAsync() =>
        (await rules.CurrentAsync(this.GetPrimaryKeyString())).Crediting;
}
