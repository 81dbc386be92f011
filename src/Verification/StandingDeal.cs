using System.Collections.Immutable;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Mapping;
using Api = Commission.Contracts.V1;

namespace Commission.Verification;

/// <summary>What the log says of one deal, and what follows for who is credited.</summary>
/// <param name="tenant">Whose deal.</param>
/// <param name="id">The source's id.</param>
/// <param name="shard">Where its events are.</param>
internal sealed class StandingDeal(string tenant, string id, int shard)
{
    private ReadOnlyMemory<byte> _payload;
    private long _sourceVersion;
    private Api.Deal? _total;

    public string Tenant { get; } = tenant;

    public string Id { get; } = id;

    public int Shard { get; } = shard;

    /// <summary>Of the event that stands.</summary>
    public long Number { get; private set; }

    /// <summary>Of its last event, also one that changed nothing.</summary>
    public long LastNumber { get; private set; }

    /// <summary>The highest version of the source.</summary>
    public long SourceVersion => _sourceVersion;

    /// <summary>Of the deal's account: what its credits must carry; 0 where that was not read.</summary>
    public long Revision { get; set; }

    /// <summary>Who must hold a credit; default until that is worked out.</summary>
    public ImmutableArray<PayeeRoles> Payees { get; private set; }

    /// <summary>Whose totals it must be in, if it is won; default until that is worked out.</summary>
    public ImmutableArray<string> Territories { get; private set; }

    /// <summary>Takes the deal's next event.</summary>
    /// <param name="number">Of the event.</param>
    /// <param name="version">Of the source; 0: not known, the last to arrive stands.</param>
    /// <param name="payload">The event as it is logged.</param>
    public void Take(long number, long version, ReadOnlyMemory<byte> payload)
    {
        LastNumber = number;
        if (version == 0 || version >= _sourceVersion)
        {
            (Number, _payload, _sourceVersion) = (number, payload, version == 0 ? _sourceVersion : version);
            (Payees, Territories, _total) = (default, default, null);
        }
    }

    /// <summary>Notes who must be credited.</summary>
    /// <param name="payees">With their roles.</param>
    /// <param name="territories">In whose totals it must be.</param>
    /// <param name="total">Of the deal, what totals are of; null: to be read again when it is asked for.</param>
    public void Credit(ImmutableArray<PayeeRoles> payees, ImmutableArray<string> territories, Api.Deal? total) =>
        (Payees, Territories, _total) = (payees, territories, total);

    /// <summary>The deal as it was recorded.</summary>
    public Api.Deal Read() => LoggedEvent.Parser.ParseFrom(_payload.Span).Request.Deal;

    /// <summary>The deal as credits carry it: without owners.</summary>
    public Api.Deal Facts()
    {
        var facts = Read();
        facts.Owners.Clear();
        return facts;
    }

    /// <summary>
    /// Whether a credit's record carries these facts, byte for byte. Where it does not, they may be the same
    /// nevertheless: that is to be seen by parsing both.
    /// </summary>
    public bool HasFacts(ReadOnlySpan<byte> record)
    {
        var deal = EventHead.DealOf(_payload.Span);
        return !deal.IsEmpty && WireFields.AreSame(
            deal, Api.Deal.OwnersFieldNumber, WireFields.Only(record, CreditRecord.DealFieldNumber));
    }

    /// <summary>At least the deal's status, credit date and amount; not to be changed.</summary>
    public Api.Deal Total() => _total ?? Read();

    /// <summary>Whether the event that stands lies there.</summary>
    public bool IsAt(Api.Position? position) =>
        position is not null && (position.Shard, position.Number) == (Shard, Number);

    /// <summary>Where the event that stands lies.</summary>
    public Api.Position Position => new() { Shard = Shard, Number = Number };
}

/// <summary>What one payee must hold of a deal.</summary>
/// <param name="Payee">The payee's id.</param>
/// <param name="Roles">Shared by all that are credited in the same way.</param>
internal readonly record struct PayeeRoles(string Payee, RoleSet Roles);

/// <summary>Roles, shares and reasons.</summary>
/// <param name="Shares">At most one entry for each role.</param>
/// <param name="Reasons">Of the share at the same place.</param>
/// <param name="Text">All of it in words.</param>
internal sealed record RoleSet(ImmutableArray<RoleShare> Shares, ImmutableArray<RoleReason> Reasons, string Text);

/// <summary>Why a payee must have a role.</summary>
/// <param name="Source">By which rule.</param>
/// <param name="By">The territory, or the owner who is managed; null otherwise.</param>
internal readonly record struct RoleReason(CreditSource Source, string? By)
{
    /// <summary>Whether a record says so: most do without words.</summary>
    public bool IsOf(RoleCredit role) => role.Reason.Length == 0
        ? role.Source == (int)Source && role.By == (By ?? "")
        : role.Reason == CreditRecords.InWords(Source, By);
}
