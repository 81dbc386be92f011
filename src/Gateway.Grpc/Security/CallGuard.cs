using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Api;
using Google.Protobuf;

namespace Commission.Gateway.Grpc.Security;

/// <summary>
/// The one place where it is decided who may call what, by the options of the methods. What is not allowed is denied.
/// </summary>
/// <param name="table">All its methods have been added.</param>
/// <param name="authenticator">Finds out who calls.</param>
/// <param name="organisation">Knows who reports to whom.</param>
/// <param name="time">For the end of tokens.</param>
/// <param name="rates">How many calls each caller may begin; null: as many as he likes.</param>
/// <param name="audit">Told of reads of others' pay before they happen; it must neither wait nor throw.</param>
/// <exception cref="InvalidOperationException">A method declares what can't be.</exception>
public sealed class CallGuard(
    MethodTable table,
    IAuthenticator authenticator,
    IOrganisation organisation,
    TimeProvider time,
    CallRates? rates = null,
    Action<PayRead>? audit = null) : ICallGuard
{
    private readonly AccessPolicies _policies = new(table);

    /// <summary>Guards a table from now on; a method that is added later may be called by nobody.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidOperationException">A method declares what can't be.</exception>
    public static MethodTable Protect(
        MethodTable table,
        IAuthenticator authenticator,
        IOrganisation organisation,
        TimeProvider time,
        CallRates? rates = null,
        Action<PayRead>? audit = null)
    {
        var guard = new CallGuard(table, authenticator, organisation, time, rates, audit);
        (table.Gate, table.Guard) = (guard.EnterAsync, guard);
        return table;
    }

    /// <inheritdoc/>
    public ValueTask EnterAsync(RpcContext context)
    {
        var policy = _policies.Of(context.Method);
        return policy.IsOpen ? ValueTask.CompletedTask : EnterAsync(policy, context);
    }

    /// <inheritdoc/>
    public ValueTask CheckAsync(RpcContext context, IMessage? request, bool again)
    {
        var policy = _policies.Of(context.Method);
        if (policy.IsOpen)
        {
            return ValueTask.CompletedTask;
        }

        var reach = Admit(policy, context, context.Get<Caller>());
        if (policy.Group is not null)
        {
            context.Set(new Sight(context.Get<Caller>()!, reach, organisation));
        }

        return request is null || (reach == Reach.Tenant && (again || !policy.IsAudited))
            ? ValueTask.CompletedTask
            : CheckAsync(policy, reach, context, request, again);
    }

    private ValueTask EnterAsync(AccessPolicy policy, RpcContext context)
    {
        var caller = authenticator.AuthenticateAsync(context);
        if (!caller.IsCompletedSuccessfully)
        {
            return AfterAsync(caller, policy, context);
        }

        Enter(policy, context, caller.Result);
        return ValueTask.CompletedTask;
    }

    private async ValueTask AfterAsync(ValueTask<Caller?> caller, AccessPolicy policy, RpcContext context) =>
        Enter(policy, context, await caller);

    private void Enter(AccessPolicy policy, RpcContext context, Caller? caller)
    {
        if (caller is not null)
        {
            context.Set(caller);
        }

        Admit(policy, context, caller);
        rates?.Enter(caller!);
    }

    /// <summary>How far the caller sees with the method; he may call it.</summary>
    private Reach Admit(AccessPolicy policy, RpcContext context, Caller? caller)
    {
        if (caller is null || caller.Expires <= time.GetUtcNow())
        {
            throw new RpcError(
                RpcStatus.Unauthenticated,
                "A valid token is required: send the header 'authorization: Bearer TOKEN'.");
        }

        var reach = policy.ReachOf(caller);
        return reach == Reach.None
            ? throw new RpcError(
                RpcStatus.PermissionDenied, $"The roles of this token do not allow {context.Method.FullName}.")
            : reach;
    }

    private async ValueTask CheckAsync(
        AccessPolicy policy, Reach reach, RpcContext context, IMessage request, bool again)
    {
        var caller = context.Get<Caller>()!;
        if (reach != Reach.Tenant)
        {
            await CheckNamesAsync(policy, reach, caller, request, context);
        }

        if (policy.IsAudited && !again)
        {
            Audit(policy, caller, context, request);
        }
    }

    private async ValueTask CheckNamesAsync(
        AccessPolicy policy, Reach reach, Caller caller, IMessage request, RpcContext context)
    {
        if (policy.Unlimited.FirstOrDefault(path => path.IsSet(request)) is { } unlimited)
        {
            throw new RpcError(
                RpcStatus.PermissionDenied, $"{unlimited.Text}: this token's roles do not allow it. Leave it out.");
        }

        await CheckPayeesAsync(policy, reach, caller, request);
        if (policy.Group is { } group)
        {
            await CheckGroupAsync(group, reach, caller, request);
        }

        foreach (var path in policy.Deals.Where(path => path.IsUsed(request)))
        {
            await CheckEachAsync(path.Field, request, RefusalReason.UnknownDeal, deal =>
                IsCreditedAsync(caller, reach, deal, request, context));
        }
    }

    private async ValueTask CheckPayeesAsync(AccessPolicy policy, Reach reach, Caller caller, IMessage request)
    {
        foreach (var path in policy.Payees)
        {
            await CheckEachAsync(
                path, request, RefusalReason.UnknownRep, new Sight(caller, reach, organisation).SeesAsync);
        }

        foreach (var path in policy.Territories)
        {
            await CheckEachAsync(path, request, RefusalReason.UnknownTerritory, territory =>
                organisation.HasTerritoryAsync(caller.Tenant, caller.Subject, reach == Reach.Tree, territory));
        }

        foreach (var path in policy.Plans)
        {
            await CheckEachAsync(path, request, RefusalReason.UnknownPlan, plan =>
                organisation.IsOnPlanAsync(caller.Tenant, caller.Subject, reach == Reach.Tree, plan));
        }
    }

    /// <summary>Who sees only a part must name a group, and belong to each that he names.</summary>
    private async ValueTask CheckGroupAsync(GroupPath group, Reach reach, Caller caller, IMessage request)
    {
        var withTeam = reach == Reach.Tree;
        var named = await CheckAsync(group.Territory, RefusalReason.UnknownTerritory, territory =>
                organisation.IsInTerritoryAsync(caller.Tenant, caller.Subject, withTeam, territory))
            + await CheckAsync(group.Team, RefusalReason.UnknownRep, async manager =>
                (withTeam && string.Equals(manager, caller.Subject, StringComparison.Ordinal))
                || await organisation.IsBelowAsync(caller.Tenant, manager, caller.Subject))
            + await CheckAsync(group.Plan, RefusalReason.UnknownPlan, plan =>
                organisation.IsOnPlanAsync(caller.Tenant, caller.Subject, withTeam, plan));
        if (named == 0)
        {
            throw Unnamed(group.Territory ?? group.Team ?? group.Plan!);
        }

        async ValueTask<int> CheckAsync(
            RequestPath? path, RefusalReason unknown, Func<string, ValueTask<bool>> mayAsync)
        {
            var ids = path?.Read(request).Where(id => id.Length > 0).ToList() ?? [];
            foreach (var id in ids)
            {
                if (!await mayAsync(id))
                {
                    throw Refusals.ToError([new Refusal(unknown, path!.Text, Unknown(unknown, id))]);
                }
            }

            return ids.Count;
        }
    }

    /// <summary>
    /// Who sees only a part must say what he asks for: where a list may be left out, that may well mean everything.
    /// </summary>
    private static async ValueTask CheckEachAsync(
        RequestPath path, IMessage request, RefusalReason unknown, Func<string, ValueTask<bool>> mayAsync)
    {
        var isNamed = false;
        foreach (var id in path.Read(request))
        {
            isNamed = id.Length > 0 ? true : throw Unnamed(path);
            if (!await mayAsync(id))
            {
                throw Refusals.ToError([new Refusal(unknown, path.Text, Unknown(unknown, id))]);
            }
        }

        if (!isNamed)
        {
            throw Unnamed(path);
        }
    }

    /// <summary>In the words in which the grains say that there is none.</summary>
    private static string Unknown(RefusalReason reason, string id) => reason switch
    {
        RefusalReason.UnknownRep => $"No payee has the id '{id}'.",
        RefusalReason.UnknownTerritory => $"No territory has the id '{id}'.",
        RefusalReason.UnknownDeal => $"No event of a deal '{id}' was recorded by then.",
        _ => $"No plan '{id}' was published.",
    };

    private static RpcError Unnamed(RequestPath path) =>
        RpcError.Invalid($"{path.Text}: an id is required.", (path.Text, "An id is required."));

    /// <summary>
    /// Whether a deal credits somebody whom the caller sees. Who waits for an event, waits before that is asked.
    /// </summary>
    private async ValueTask<bool> IsCreditedAsync(
        Caller caller, Reach reach, string deal, IMessage request, RpcContext context)
    {
        var after = request.Descriptor.FindFieldByName("after")?.Accessor.GetValue(request) as Position;
        var sight = new Sight(caller, reach, organisation);
        foreach (var rep in await organisation.CreditedAsync(deal, after, context))
        {
            if (await sight.SeesAsync(rep))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Who asks for all, or for more than he names, is written down with "*".</summary>
    private void Audit(AccessPolicy policy, Caller caller, RpcContext context, IMessage request)
    {
        if (!policy.TellsOthers && policy.Unlimited.IsEmpty && policy.Payees is [var only]
            && only.ReadOnly(request) is { Length: > 0 } single)
        {
            Audit(caller, context, single);
            return;
        }

        var named = policy.Payees.SelectMany(path => path.Read(request)).ToHashSet(StringComparer.Ordinal);
        if (named.Count == 0 || policy.TellsOthers || policy.Unlimited.Any(path => path.IsSet(request)))
        {
            named.Add(PayRead.Everyone);
        }

        foreach (var rep in named)
        {
            Audit(caller, context, rep);
        }
    }

    /// <summary>One's own pay is nobody else's business.</summary>
    private void Audit(Caller caller, RpcContext context, string rep)
    {
        if (!string.Equals(rep, caller.Subject, StringComparison.Ordinal))
        {
            audit?.Invoke(new PayRead(caller.Tenant, caller.Subject, context.Method.FullName, rep, context.Peer));
        }
    }
}
