namespace Commission.Engine;

/// <summary>What only all components of a plan can tell: unique ids, and the components named by others.</summary>
internal static class ReferenceChecks
{
    public static void Run(IReadOnlyList<ComponentDraft> drafts)
    {
        var byId = new Dictionary<string, ComponentDraft>(StringComparer.Ordinal);
        foreach (var draft in drafts.Where(draft => draft.Value.Id.Length > 0))
        {
            if (!byId.TryAdd(draft.Value.Id, draft))
            {
                var first = byId[draft.Value.Id].Fields["component"];
                draft.Fields["component"]?.Error(
                    $"the id '{draft.Value.Id}' is taken by the component in line {first?.Node.Line}");
            }
        }

        // Who refers to a component by the id that it should have had made no mistake.
        foreach (var draft in drafts.Where(draft => draft.Value.Id.Length == 0))
        {
            if (draft.Fields[ComponentShapes.Id.Name]?.Node is TextNode { Text: var text })
            {
                byId.TryAdd(text, draft);
                byId.TryAdd(Readings.MendId(text) ?? text, draft);
            }
        }

        foreach (var draft in drafts)
        {
            foreach (var reference in draft.References)
            {
                Check(draft, reference, byId);
            }
        }
    }

    private static void Check(ComponentDraft draft, Reference reference, Dictionary<string, ComponentDraft> byId)
    {
        if (!byId.TryGetValue(reference.Name, out var other))
        {
            var hint = reference.At.Nearest(reference.Name, byId.Keys);
            reference.At.Error($"no component has the id '{reference.Name}'", hint);
            return;
        }

        if (other.Fields["quota"] is null)
        {
            reference.At.Error($"the component '{reference.Name}' has no quota, and so no attainment");
        }

        if (draft.WindowKnown && other.WindowKnown && draft.Value.Window != other.Value.Window)
        {
            var (own, named) = (Words.NameOf(draft.Value.Window), Words.NameOf(other.Value.Window));
            reference.At.Error($"the component '{reference.Name}' has the window {named}, but this one has {own}");
        }
    }
}
