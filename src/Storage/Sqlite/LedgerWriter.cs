using System.Runtime.InteropServices;

namespace Commission.Storage.Sqlite;

/// <summary>Appends to accounts.</summary>
internal sealed class LedgerWriter(PreparedConnection connection, int maxCachedHeads)
{
    private readonly Statement _find = connection.Prepare("SELECT id FROM accounts WHERE name = ?");
    private readonly Statement _add = connection.Prepare("INSERT INTO accounts VALUES(?, ?)");
    private readonly Statement _head = connection.Prepare(Sql.LedgerHead);
    private readonly Statement _insert = connection.Prepare(
        "INSERT INTO ledger(position, checksum, payload) VALUES(?, ?, ?)");

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private long? _lastId;

    public LedgerAppendResult Append(
        string name, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        var account = Find(name);
        if (account.Sequence != expectedSequence)
        {
            return new LedgerAppendResult.Fenced(account.Sequence);
        }

        if (payloads.Count > 0)
        {
            account = Insert(name, account.Id == 0 ? Add(name) : account, payloads);
            Remember(name, account);
        }

        return new LedgerAppendResult.Appended(account.Sequence);
    }

    public void Forget()
    {
        _accounts.Clear();
        _lastId = null;
    }

    private Account Insert(string name, Account account, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        var sequence = account.Sequence;
        foreach (var payload in payloads)
        {
            sequence++;
            var position = PackedKey.Narrow.Pack(account.Id, sequence);
            _insert.Bind(position).Bind(Checksums.OfLedger(name, sequence, payload.Span)).Bind(payload.Span).Run();
        }

        return account with { Sequence = sequence };
    }

    /// <summary>The account; with id 0 when it does not exist yet.</summary>
    private Account Find(string name)
    {
        if (_accounts.TryGetValue(name, out var account))
        {
            return account;
        }

        var id = _find.Bind(name).Step() ? _find.Int64(0) : 0;
        _find.Reset();
        if (id == 0)
        {
            return default;
        }

        account = new Account(id, Sql.LastNumber(_head, PackedKey.Narrow, id));
        Remember(name, account);
        return account;
    }

    private Account Add(string name)
    {
        var id = 1 + (_lastId ?? PackedKey.Narrow.Owner(Sql.LastKey(_head, long.MaxValue) ?? 0));
        _add.Bind(name).Bind(id).Run();
        _lastId = id;
        return new Account(id, 0);
    }

    private void Remember(string name, Account account)
    {
        if (_accounts.Count >= maxCachedHeads)
        {
            _accounts.Clear();
        }

        _accounts[name] = account;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Account(long Id, long Sequence);
}
