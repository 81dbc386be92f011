namespace Commission.Engine;

/// <summary>What is legal in a plan, but may surprise. Components in error are not judged.</summary>
internal static class PlanWarnings
{
    public static void Run(IReadOnlyList<ComponentDraft> drafts, DateOnly? effective)
    {
        foreach (var draft in drafts.Where(draft => draft.IsClean))
        {
            ComponentWarnings.Run(draft.Fields, draft.Value);
            WhenWarnings.Run(draft.Fields, draft.Value, effective);
        }

        if (drafts.All(draft => draft.IsClean))
        {
            WarnOfUnused(drafts);
            WarnOfQuotas(drafts);
            WarnOfTwins(drafts);
        }
    }

    private static void WarnOfUnused(IReadOnlyList<ComponentDraft> drafts)
    {
        var named = drafts.SelectMany(draft => draft.References).Select(reference => reference.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (fields, component) in drafts.Select(draft => (draft.Fields, draft.Value)))
        {
            var pays = component.Pay is not (null or Pay.Flat { Rate: 0 });
            if (component.Quota is not null && pays && !named.Contains(component.Id) && !NeedsQuota(component))
            {
                fields.At(ComponentShapes.Quota)?.Warn("nothing follows from the quota; it only shows attainment");
            }

            if (component is { Pay: null, Floor: null or <= 0, Quota: null } && !named.Contains(component.Id))
            {
                fields.At(ComponentShapes.Id)?.Warn(
                    "the component pays nothing, has no quota to measure against, and no other component uses it");
            }
        }
    }

    private static bool NeedsQuota(Component component) =>
        component.Threshold is { OfQuota: true } || component.Pay switch
        {
            Pay.Curve => true,
            Pay.Tiered tiered => tiered.Tiers[0].From.OfQuota,
            _ => false,
        };

    private static void WarnOfQuotas(IReadOnlyList<ComponentDraft> drafts)
    {
        foreach (var group in drafts.Where(draft => draft.Value.Quota is not null)
            .GroupBy(draft => draft.Value.Quota, StringComparer.Ordinal))
        {
            var first = group.First().Value;
            foreach (var other in group.Where(draft => draft.Value.Window != first.Window))
            {
                var (one, two) = (Words.NameOf(first.Window), Words.NameOf(other.Value.Window));
                other.Fields.At(ComponentShapes.Quota)?.Warn(
                    $"the component '{first.Id}' uses this quota with the window {one}, this one with {two}: "
                    + "no assignment can give it both");
            }
        }
    }

    // Two that count and pay the same pay it twice.
    private static void WarnOfTwins(IReadOnlyList<ComponentDraft> drafts)
    {
        var seen = new Dictionary<string, ComponentDraft>(StringComparer.Ordinal);
        foreach (var draft in drafts.Where(draft => draft.Value.Pay is not null))
        {
            if (!seen.TryAdd(Said(draft), draft))
            {
                var first = seen[Said(draft)].Value.Id;
                draft.Fields.At(ComponentShapes.Id)?.Warn(
                    $"says the same as the component '{first}': deals are paid twice");
            }
        }
    }

    private static string Said(ComponentDraft draft)
    {
        var own = draft.Fields.All.Where(field => field.Name?.Text is not ("component" or "title"))
            .OrderBy(field => field.Name?.Text, StringComparer.Ordinal);
        return string.Concat(own.Select(field => $"{field.Name?.Text}={Text(field.Node)};"));
    }

    private static string Text(Node node) => node switch
    {
        TextNode text => text.Text + "\n",
        ListNode list => $"[{string.Concat(list.Items.Select(Text))}]",
        MapNode map => "{" + string.Concat(map.Entries.Select(entry => $"{entry.Name.Text}:{Text(entry.Value)}")) + "}",
        _ => "",
    };
}
